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
  /** The submit button's label; null hides the button. */
  action: string | null;
  pendingLabel: string;
  variant?: "primary" | "danger";
  disabled?: boolean;
  cancelLabel?: string;
  cancelRef?: ComponentProps<typeof Button>["ref"];
  actionRef?: ComponentProps<typeof Button>["ref"];
  /** At the start of the footer. */
  aside?: ReactNode;
  failureTitle?: string;
  /** The response is needed, such as a secret shown only once, so the dialog can't be closed while pending. */
  staysWhilePending?: boolean;
};

/**
 * A dialog with one action. It shows why the action failed and focuses the first invalid field. It can be closed while pending;
 * `useSubmit` then reports a failure in a toast.
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
            {/* Closing doesn't cancel the request. */}
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
        <div ref={body} className="grid scroll-mt-4 grid-cols-[minmax(0,1fr)] gap-5">
          {failure && <Alert title={failureTitle}>{failure}</Alert>}
          {children}
        </div>
      )}
    </Dialog>
  );
}
