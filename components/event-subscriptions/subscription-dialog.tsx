"use client";

import { ChangeSecret } from "./change-secret";
import { DeleteSubscriptionDialog } from "./delete-subscription-dialog";
import { EditSubscriptionDialog } from "./edit-subscription-dialog";
import { ResumeSubscriptionDialog } from "./resume-subscription-dialog";
import type { SubscriptionDialogProps } from "./subscription-dialog-props";

export type SubscriptionDialogName = "resume" | "secret" | "edit" | "delete";

export function SubscriptionDialog({
  name,
  onDeleted,
  ...rest
}: SubscriptionDialogProps & {
  name: SubscriptionDialogName;
  /** Called instead of `onClose` once it's deleted, to close the dialog and leave or focus something else. */
  onDeleted: () => void;
}) {
  switch (name) {
    case "resume":
      return <ResumeSubscriptionDialog {...rest} />;
    case "secret":
      return <ChangeSecret {...rest} />;
    case "edit":
      return <EditSubscriptionDialog {...rest} />;
    case "delete":
      return <DeleteSubscriptionDialog {...rest} onDeleted={onDeleted} />;
  }
}
