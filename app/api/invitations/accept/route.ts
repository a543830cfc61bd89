import { acceptInvitationInput } from "@/lib/contracts/invitation-input";
import type { JoinedWorkspace } from "@/lib/contracts/invitations";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { acceptInvitation } from "@/lib/server/workspaces/invitations/accept-invitation";

export const POST = withAccount({ body: acceptInvitationInput }, async ({ session, body, origin }) => {
  const person = { id: session.userId, name: session.userName, email: session.email };
  const workspace = await acceptInvitation(body.token, person, origin);
  return ok({ workspaceSlug: workspace.slug } satisfies JoinedWorkspace);
});
