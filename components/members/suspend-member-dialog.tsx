"use client";

import { useRef } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { toast } from "@/components/ui/toast";
import { useSetSuspension } from "@/lib/client/change-members";
import type { MemberView } from "@/lib/contracts/workspaces";
import { MemberKeyChoices, settledSentence, useKeyDecisions } from "./key-decisions";
import { suspendedSentence } from "./member-words";

/** Asks what happens to the key-managing keys that a member created for others, then suspends the member. */
export function SuspendMemberDialog({
  workspaceSlug,
  member,
  onClose,
}: {
  workspaceSlug: string;
  member: MemberView;
  onClose: () => void;
}) {
  const cancelButton = useRef<HTMLButtonElement>(null);
  const keyDecisions = useKeyDecisions(workspaceSlug, member.userId, "othersOnly");
  const suspension = useSetSuspension(workspaceSlug);
  const form = useSubmit(
    () => suspension.mutateAsync({ userId: member.userId, suspended: true, ...keyDecisions.input }),
    {
      doing: `Suspending ${member.name}`,
      onSuccess: (settled) => toast.success(`${suspendedSentence(member)} ${settledSentence(settled)}`),
      onDone: onClose,
      // A key may have been created in the meantime.
      onFailure: () => void keyDecisions.query.refetch(),
    },
  );

  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit()}
      onClose={onClose}
      draft={keyDecisions.decisions.size > 0}
      title={`Suspend ${member.name}?`}
      description="Their own API keys and sessions are denied in this workspace until you reinstate them. Keys you revoke now stay revoked."
      initialFocus={cancelButton}
      cancelRef={cancelButton}
      action="Suspend"
      pendingLabel="Suspending…"
      variant="danger"
      disabled={!keyDecisions.decided}
    >
      <MemberKeyChoices keyDecisions={keyDecisions} candidates={[]} owner={null} />
    </FormDialog>
  );
}
