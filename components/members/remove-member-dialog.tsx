"use client";

import { useRef } from "react";
import { rejectedEverywhereSentence } from "@/components/api-keys/revocation-words";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { toast } from "@/components/ui/toast";
import { useRemoveMember } from "@/lib/client/change-members";
import type { KeyDecisionsInput } from "@/lib/contracts/member-input";
import type { RemovedMember } from "@/lib/contracts/members";
import type { MemberView } from "@/lib/contracts/workspaces";
import { MemberKeyChoices, settledSentence, useKeyDecisions } from "./key-decisions";

/** Removes a member, or lets the viewer leave, after asking what happens to each of their keys. */
export function RemoveMemberDialog({
  workspace,
  userId,
  member,
  members,
  onRemoved,
  onClose,
}: {
  workspace: { slug: string; name: string };
  /** The viewer. */
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
        // A full page load, so that nothing of the workspace stays in memory.
        if (leaving) window.location.assign("/settings");
        else toast.success(`${member.name} was removed. ${outcomeSentence(removed)}`);
      },
      onDone: leaving ? undefined : onRemoved,
      // A key may have been created in the meantime.
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
          ? "You lose access immediately. An admin would have to invite you again."
          : member.email === null
            ? `It’s removed from ${workspace.name} immediately.`
            : `${member.email} loses access to ${workspace.name} immediately, in every browser.`
      }
      // So that pressing Enter right away doesn't confirm.
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
