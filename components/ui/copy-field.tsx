"use client";

import { Check, Copy } from "lucide-react";
import { type RefObject, useId, useRef } from "react";
import { Button } from "./button";
import { type CopyState, useCopy } from "./use-copy";

/** A read-only field that selects its text on focus, with a Copy button. */
export function CopyField({
  label,
  value,
  onCopied,
  fieldRef,
  primary = false,
}: {
  label: string;
  value: string;
  onCopied?: () => void;
  /** For a dialog's initial focus. */
  fieldRef?: RefObject<HTMLInputElement | null>;
  primary?: boolean;
}) {
  const id = useId();
  const ownRef = useRef<HTMLInputElement>(null);
  const field = fieldRef ?? ownRef;
  const { state, copy } = useCopy(field);

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          spellCheck={false}
          autoComplete="off"
          onFocus={(event) => selectFromStart(event.currentTarget)}
          onClick={(event) => selectFromStart(event.currentTarget)}
          className="min-w-0 flex-1 rounded-control border border-field bg-sunken px-3 font-mono text-sm text-text focus-visible:outline-offset-0 h-9 max-sm:h-11"
        />
        <Button
          variant={primary ? "primary" : "secondary"}
          icon={
            state === "copied" ? (
              <Check aria-hidden className="size-4" />
            ) : (
              <Copy aria-hidden className="size-4" />
            )
          }
          onClick={async () => {
            if (await copy(value)) onCopied?.();
          }}
        >
          <span className="grid *:col-start-1 *:row-start-1">
            <span className={state === "copied" ? "invisible" : undefined}>Copy</span>
            <span className={state === "copied" ? undefined : "invisible"}>Copied</span>
          </span>
        </Button>
      </div>
      <CopyOutcome state={state} />
    </div>
  );
}

/** Selects the whole text, and shows its beginning if it's wider than the field. */
function selectFromStart(field: HTMLInputElement): void {
  field.setSelectionRange(0, field.value.length, "backward");
  field.scrollLeft = 0;
}

export function CopyOutcome({ state }: { state: CopyState }) {
  return (
    <p role="status" className={state === "failed" ? "text-muted text-sm" : "sr-only"}>
      {state === "copied" && "Copied"}
      {state === "failed" && "Your browser blocked copying. Select the text and copy it with the keyboard."}
    </p>
  );
}
