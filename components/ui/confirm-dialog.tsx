"use client";

import type { ReactNode } from "react";
import { Alert } from "./alert";
import { Button } from "./button";
import { Dialog } from "./dialog";

/** Asks before something is done that takes no more than a yes. Stays until it is done or given up. */
export function ConfirmDialog({
  title,
  description,
  action,
  pendingLabel,
  variant = "danger",
  pending,
  failed,
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
  /** Why the last try did not do it. */
  failed: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
  /** What else is to be known before. */
  children?: ReactNode;
}) {
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
          {failed && <Alert>{failed}</Alert>}
          {children}
        </div>
      )}
    </Dialog>
  );
}
