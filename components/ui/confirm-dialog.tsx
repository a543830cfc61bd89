"use client";

import type { ReactNode } from "react";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { Alert } from "./alert";
import { Button } from "./button";
import { Dialog } from "./dialog";

/**
 * Asks before something is done that takes no more than a yes. Stays until it is done or given up; says why it could not be
 * done, except to somebody who would rather not confirm who they are: they know.
 */
export function ConfirmDialog({
  title,
  description,
  action,
  pendingLabel,
  variant = "danger",
  pending,
  error,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  description: ReactNode;
  /** What the button says. */
  action: string;
  pendingLabel: string;
  variant?: "danger" | "primary";
  pending: boolean;
  /** What the last try threw; null where nothing did. */
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  /** What else is to be known before. */
  children?: ReactNode;
}) {
  const failed = error !== null && !wasNotConfirmed(error);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="small"
      title={title}
      description={description}
      onSubmit={() => !pending && onConfirm()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant={variant} pending={pending} pendingLabel={pendingLabel}>
            {action}
          </Button>
        </>
      }
    >
      {(failed || children) && (
        <div className="grid gap-4">
          {failed && <Alert>{errorMessage(error)}</Alert>}
          {children}
        </div>
      )}
    </Dialog>
  );
}
