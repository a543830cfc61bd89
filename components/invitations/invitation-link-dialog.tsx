"use client";

import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { invitationDays } from "@/lib/contracts/invitations";

/** Where the server sends no mail, the link is handed over by who invites. It is shown this once. */
export function InvitationLinkDialog({
  email,
  link,
  onClose,
}: {
  email: string;
  link: string;
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Invitation for ${email}`}
      description="This server sends no mail: it keeps the invitation as a file. Give the link to them yourself."
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="grid gap-3">
        <CopyField label="Invitation link" value={link} primary />
        <p className="text-muted">
          It works once, within {invitationDays} days, and only for {email}. It is shown this once; sending
          the invitation again makes a new one.
        </p>
      </div>
    </Dialog>
  );
}
