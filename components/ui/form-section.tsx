"use client";

import type { ComponentProps, ReactNode, Ref } from "react";
import { Button } from "./button";
import { Section } from "./section";

/** A section that is a form, with its button and outcome in the footer. */
export function FormSection({
  formRef,
  onSubmit,
  submitLabel,
  pendingLabel,
  pending,
  done,
  children,
  ...section
}: Omit<ComponentProps<typeof Section>, "footer" | "flush"> & {
  formRef?: Ref<HTMLFormElement>;
  onSubmit: () => void;
  submitLabel: string;
  pendingLabel: string;
  pending: boolean;
  /** A message after success. */
  done?: ReactNode;
}) {
  return (
    <form
      ref={formRef}
      noValidate
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        if (!pending) onSubmit();
      }}
    >
      <Section
        {...section}
        footer={
          <>
            <span role="status" className="min-w-0 flex-1 text-muted text-sm">
              {done}
            </span>
            <Button type="submit" variant="primary" pending={pending} pendingLabel={pendingLabel}>
              {submitLabel}
            </Button>
          </>
        }
      >
        {children}
      </Section>
    </form>
  );
}
