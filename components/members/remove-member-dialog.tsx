"use client";

import { useRef } from "react";
import { rejectedEverywhereSentence } from "@/components/api-keys/revocation-words";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { toast } from "@/components/ui/toast";
import { useRemoveMember } from "@/lib/client/use-members";
import type { KeyDecisionsInput } from "@/lib/contracts/member-input";
import type { RemovedMember } from "@/lib/contracts/members";
import type { MemberView } from "@/lib/contracts/workspaces";
import { MemberKeyChoices, settledSentence, useKeyDecisions } from "./key-decisions";

/** Removes a member, or lets oneself leave, and asks what becomes of each of their keys: nobody else's program should stop for it. */
export function RemoveMemberDialog({
  workspace,
  userId,
  member,
  members,
  onRemoved,
  onClose,
}: {
  workspace: { slug: string; name: string };
  /** Who asks. */
  userId: string;
  member: MemberView;
  members: readonly MemberView[];
  onRemoved: () => void;
  onClose: () => void;
}) {
  const leaving = member.userId === userId;
  const cancelButton = useRef<HTMLButtonElement>(null);
  const keyDecisions = useKeyDecisions(workspace.slug, member.userId, "all");
  const remove = useRemoveMember(workspace.slug, { leaving });

  const form = useSubmit(
    (decided: KeyDecisionsInput) => remove.mutateAsync({ userId: member.userId, ...decided }),
    {
      doing: leaving ? `Leaving ${workspace.name}` : `Removing ${member.name}`,
      onSuccess(removed) {
        // A whole page load: nothing of the workspace may stay in memory.
        if (leaving) window.location.assign("/settings");
        else toast.success(`${member.name} is removed. ${outcomeSentence(removed)}`);
      },
      onDone: leaving ? undefined : onRemoved,
      // A key may have been made in the meantime.
      onFailure: () => void keyDecisions.query.refetch(),
      leaves: leaving,
    },
  );

  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit(keyDecisions.input)}
      onClose={onClose}
      draft={keyDecisions.decisions.size > 0}
      title={leaving ? `Leave ${workspace.name}?` : `Remove ${member.name}?`}
      description={
        leaving
          ? "You lose access at once. Only somebody who is in can invite you again."
          : member.email === null
            ? `It leaves ${workspace.name} at once.`
            : `${member.email} loses access to ${workspace.name} at once, in every browser.`
      }
      // Enter at the first moment must not be what destroys.
      initialFocus={cancelButton}
      cancelRef={cancelButton}
      action={leaving ? "Leave workspace" : "Remove member"}
      pendingLabel={leaving ? "Leaving…" : "Removing…"}
      variant="danger"
      disabled={!keyDecisions.decided}
    >
      <MemberKeyChoices
        keyDecisions={keyDecisions}
        candidates={members.filter((other) => other.userId !== member.userId && !other.suspended)}
        owner={leaving ? "You own" : `${member.name} owns`}
      />
    </FormDialog>
  );
}

function outcomeSentence({ rejectedEverywhere, ...settled }: RemovedMember): string {
  const parts = [
    settledSentence(settled),
    settled.revoked > 0 && rejectedEverywhereSentence(rejectedEverywhere),
  ];
  return parts.filter(Boolean).join(" ");
}
