"use client";

import { type ComponentProps, type ReactNode, useEffect, useRef } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { focusFirstError } from "@/lib/client/focus-first-error";
import type { useSubmit } from "./use-submit";

type FormDialogProps = Omit<
  ComponentProps<typeof Dialog>,
  "open" | "onOpenChange" | "footer" | "pending" | "dismissible" | "onSubmit"
> & {
  form: Pick<ReturnType<typeof useSubmit>, "pending" | "error" | "failure">;
  onSubmit: () => void;
  onClose: () => void;
  /** What the button says; null where nothing can be done. */
  action: string | null;
  pendingLabel: string;
  variant?: "primary" | "danger";
  /** There is nothing to submit yet. */
  disabled?: boolean;
  cancelLabel?: string;
  cancelRef?: ComponentProps<typeof Button>["ref"];
  actionRef?: ComponentProps<typeof Button>["ref"];
  /** Stands at the beginning of the footer. */
  aside?: ReactNode;
  failureTitle?: string;
  /** The answer holds something that is shown only once, so the dialog can't be closed while it is awaited. */
  staysWhilePending?: boolean;
};

/**
 * A dialog that does one thing. It says why it could not be done, takes the focus to the first field that is wrong, and can be
 * closed while it waits: what came of it is then told elsewhere (`useSubmit`).
 */
export function FormDialog({
  form: { pending, error, failure },
  onSubmit,
  onClose,
  action,
  pendingLabel,
  variant = "primary",
  disabled,
  cancelLabel = "Cancel",
  cancelRef,
  actionRef,
  aside,
  failureTitle,
  staysWhilePending = false,
  children,
  ...dialog
}: FormDialogProps) {
  const body = useRef<HTMLDivElement>(null);
  const held = pending && staysWhilePending;

  useEffect(() => {
    if (error === null) return;
    body.current?.scrollIntoView({ block: "start" });
    focusFirstError(body.current);
  }, [error]);

  return (
    <Dialog
      {...dialog}
      open
      onOpenChange={onClose}
      onSubmit={() => !pending && !disabled && action !== null && onSubmit()}
      pending={pending}
      dismissible={!held}
      footer={
        <>
          {aside}
          <Button ref={cancelRef} onClick={onClose} disabled={held} className="min-w-20">
            {/* What was sent goes on. */}
            {pending && !held ? "Close" : cancelLabel}
          </Button>
          {action !== null && (
            <Button
              ref={actionRef}
              type="submit"
              variant={variant}
              disabled={disabled}
              pending={pending}
              pendingLabel={pendingLabel}
            >
              {action}
            </Button>
          )}
        </>
      }
    >
      {(failure || children) && (
        <div ref={body} className="grid scroll-mt-4 gap-5">
          {failure && <Alert title={failureTitle}>{failure}</Alert>}
          {children}
        </div>
      )}
    </Dialog>
  );
}
