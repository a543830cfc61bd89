import { useEffect, useRef, useState } from "react";
import { toast } from "@/components/ui/toast";
import { ApiError, errorMessage, wasNotConfirmed } from "@/lib/client/api-error";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";

type Options<Result, Input extends unknown[], Field extends string> = {
  /** Names the action in a toast, such as "Renaming blog ingest". */
  doing: string;
  /** The form's fields. An error in none of them becomes `failure`. */
  fields?: readonly Field[];
  /** Runs after success, even if the component is unmounted. */
  onSuccess?: (result: Result, ...input: Input) => void;
  /** Runs after success if the component is still mounted, to close it or move the focus. */
  onDone?: ((result: Result, ...input: Input) => void) | undefined;
  /** Runs after a failure if the component is still mounted. */
  onFailure?: (error: unknown) => void;
  /** Success leaves the page, so the form stays pending. */
  leaves?: boolean;
};

/**
 * The action of a form, a dialog or a button. Runs `send` at most once at a time and keeps its outcome. A failure after the
 * component was unmounted is reported in a toast.
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
      // The person closed the dialog that confirms their identity: nothing was done, and they know.
      if (wasNotConfirmed(thrown)) return;
      setError(thrown);
      if (shown.current) onFailure?.(thrown);
      else reportLateFailure(doing, thrown);
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
    /** True from a success until the next attempt. */
    done,
    error,
    /** Error messages by field. */
    wrong,
    /** The error message if no field is invalid. */
    failure: isElsewhere ? errorMessage(error) : undefined,
    /** Marks fields as invalid without sending anything. */
    refuse: (reasons: Partial<Record<Field, string>>) =>
      setError(new ApiError("invalid_request", "", { fields: reasons as Record<string, string> })),
    reset: () => {
      setError(null);
      setDone(false);
    },
  };
}

function reportLateFailure(doing: string, error: unknown): void {
  toast.error(mayHaveBeenDone(error) ? `${doing}: no response.` : `${doing} failed.`, {
    description: errorMessage(error),
  });
}
