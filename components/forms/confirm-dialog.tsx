"use client";

import type { ReactNode } from "react";
import { FormDialog } from "./form-dialog";
import { useSubmit } from "./use-submit";

/** Asks for a yes before an action. */
export function ConfirmDialog<Result>({
  title,
  description,
  action,
  pendingLabel,
  doing,
  variant = "danger",
  onConfirm,
  onDone,
  onClose,
  staysWhilePending = false,
  size = "small",
  children,
}: {
  title: string;
  description: ReactNode;
  action: string;
  pendingLabel: string;
  /** See `useSubmit`. */
  doing: string;
  variant?: "danger" | "primary";
  onConfirm: () => Promise<Result>;
  onDone: (result: Result) => void;
  onClose: () => void;
  staysWhilePending?: boolean;
  size?: "small" | "medium";
  children?: ReactNode;
}) {
  const form = useSubmit(onConfirm, { doing, onDone });
  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit()}
      onClose={onClose}
      size={size}
      title={title}
      description={description}
      action={action}
      pendingLabel={pendingLabel}
      variant={variant}
      staysWhilePending={staysWhilePending}
    >
      {children}
    </FormDialog>
  );
}
