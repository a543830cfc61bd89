"use client";

import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { invitationDays } from "@/lib/contracts/invitations";

/** Shows the link if the server doesn't send email. It's never shown again. */
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
      description="This server doesn’t send email, so share the link with them yourself."
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="grid gap-3">
        <CopyField label="Invitation link" value={link} primary />
        <p className="text-muted">
          It works once, within {invitationDays} days, and only for {email}. You won’t see it again. Resend
          the invitation to get a new link.
        </p>
      </div>
    </Dialog>
  );
}
