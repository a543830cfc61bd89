import { useEffect, useRef, useState } from "react";
import { toast } from "@/components/ui/toast";
import { ApiError, errorMessage, wasNotConfirmed } from "@/lib/client/api-error";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";

type Options<Result, Input extends unknown[], Field extends string> = {
  /** What is under way, as the beginning of a sentence: "Renaming blog ingest". For a failure that comes after closing. */
  doing: string;
  /** The fields on the screen. A failure that belongs to none of them is `failure`. */
  fields?: readonly Field[];
  /** Runs once it is done, on the screen or not: for what others must hear of. */
  onSuccess?: (result: Result, ...input: Input) => void;
  /** Runs once it is done, if what asked for it is still on the screen: for closing it and moving the focus. */
  onDone?: ((result: Result, ...input: Input) => void) | undefined;
  /** Runs after a failure, if what asked for it is still on the screen. */
  onFailure?: (error: unknown) => void;
  /** The page is left afterwards, so it stays pending. */
  leaves?: boolean;
};

/**
 * One action of a form, a dialog or a button: runs `send` once at a time and keeps what came of it. The outcome belongs to the
 * action: a failure that arrives after its dialog was closed is told in a toast, and a late success closes nothing.
 */
export function useSubmit<Result, Input extends unknown[] = [], Field extends string = never>(
  send: (...input: Input) => Promise<Result>,
  { doing, fields = [], onSuccess, onDone, onFailure, leaves = false }: Options<Result, Input, Field>,
) {
  const running = useRef(false);
  const shown = useRef(true);
  const [pending, setPending] = useState(false);
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);

  async function submit(...input: Input): Promise<void> {
    if (running.current) return;
    running.current = true;
    setPending(true);
    setDone(false);
    setError(null);
    try {
      const result = await send(...input);
      setDone(true);
      if (!leaves) setPending(false);
      onSuccess?.(result, ...input);
      if (shown.current) onDone?.(result, ...input);
    } catch (thrown) {
      setPending(false);
      // The person closed the dialog that asks who they are: nothing was done, and they know it.
      if (wasNotConfirmed(thrown)) return;
      setError(thrown);
      if (shown.current) onFailure?.(thrown);
      else tellLateFailure(doing, thrown);
    } finally {
      running.current = false;
    }
  }

  const wrong: Partial<Record<Field, string>> = {};
  for (const field of fields) {
    const message = error instanceof ApiError ? error.fields[field] : undefined;
    if (message !== undefined) wrong[field] = message;
  }
  const isElsewhere = error !== null && Object.keys(wrong).length === 0;

  return {
    submit,
    pending,
    /** True from the last success until the next try. */
    done,
    error,
    /** What is wrong, by field. */
    wrong,
    /** Why it could not be done, where that is no field's fault. */
    failure: isElsewhere ? errorMessage(error) : undefined,
    /** Marks fields as wrong before anything is sent. */
    refuse: (reasons: Partial<Record<Field, string>>) =>
      setError(new ApiError("invalid_request", "", { fields: reasons as Record<string, string> })),
    /** Forgets what went wrong and that it was done. */
    reset: () => {
      setError(null);
      setDone(false);
    },
  };
}

function tellLateFailure(doing: string, error: unknown): void {
  toast.error(mayHaveBeenDone(error) ? `${doing}: no answer.` : `${doing} failed.`, {
    description: errorMessage(error),
  });
}
