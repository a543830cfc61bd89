"use client";

import { clsx } from "clsx";
import { Check, Copy } from "lucide-react";
import { CopyOutcome } from "./copy-field";
import { IconButton } from "./icon-button";
import { useCopy } from "./use-copy";

/** Code with a Copy button. `label` is its accessible name. `copies` is what is copied, if it isn't the code as shown. */
export function CodeBlock({
  label,
  code,
  copies = code,
  copyable = true,
  scrolls = false,
  wraps = false,
}: {
  label: string;
  code: string;
  copies?: string;
  copyable?: boolean;
  scrolls?: boolean;
  /** For long values whose lines don't matter. */
  wraps?: boolean;
}) {
  const { state, copy } = useCopy();
  return (
    <div className="min-w-0 rounded-control border bg-sunken">
      {/* The button is beside the code, so that it never covers a line. */}
      <div className="flex items-start">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups controls; this is text with a name. */}
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it must be scrollable by keyboard.
          tabIndex={0}
          role="group"
          aria-label={label}
          className={clsx(
            "min-w-0 flex-1 overflow-x-auto p-3 font-mono text-sm leading-5 max-sm:min-h-13 max-sm:content-center",
            scrolls && "max-h-96",
            wraps && "whitespace-pre-wrap break-all",
          )}
        >
          <code>{code}</code>
        </pre>
        {copyable && (
          <IconButton
            label={state === "copied" ? "Copied" : `Copy ${label}`}
            onClick={() => copy(copies)}
            className="m-1 shrink-0"
          >
            {state === "copied" ? <Check aria-hidden /> : <Copy aria-hidden />}
          </IconButton>
        )}
      </div>
      <CopyOutcome state={state} />
    </div>
  );
}
