import { aRole } from "@/components/roles/a-role";
import type { OpenInvitation } from "@/lib/contracts/invitations";

export function InvitationWords({ invitation }: { invitation: OpenInvitation }) {
  return (
    <p className="mb-6 break-words text-muted">
      {invitation.invitedBy} invited you to the workspace{" "}
      <strong className="text-text">{invitation.workspaceName}</strong> as {aRole(invitation.role)}.
    </p>
  );
}
