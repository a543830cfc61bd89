"use client";

import { CircleAlert } from "lucide-react";
import { createContext, type ReactNode, use, useId } from "react";

type FieldControl = { id: string; "aria-describedby"?: string; "aria-invalid"?: true };

const FieldContext = createContext<FieldControl | null>(null);

/** Props that connect an input to the Field around it. Spread them last. Keeps `describedBy`, also outside a Field. */
export function useFieldControl(describedBy?: string): Partial<FieldControl> {
  const control = use(FieldContext);
  const described = [control?.["aria-describedby"], describedBy].filter(Boolean).join(" ");
  return { ...control, ...(described && { "aria-describedby": described }) };
}

/** A label, hint and error for the one input among `children`. */
export function Field({
  label,
  hint,
  error,
  aside,
  children,
}: {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** At the end of the label's line, such as "Optional" or a link. */
  aside?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");

  return (
    <div className="relative grid gap-1.5">
      <label htmlFor={id} className="w-fit font-medium">
        {label}
      </label>
      <FieldContext
        value={{
          id,
          ...(described && { "aria-describedby": described }),
          ...(error && { "aria-invalid": true as const }),
        }}
      >
        {children}
      </FieldContext>
      {/* After the input, so that Tab goes from field to field before a link beside the label. */}
      {aside && <span className="absolute top-0.5 right-0 text-muted text-sm">{aside}</span>}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      )}
    </div>
  );
}

export function FieldError({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} className="flex animate-fade items-start gap-1.5 text-bad text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}
