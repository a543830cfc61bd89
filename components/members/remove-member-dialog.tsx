"use client";

import { useRef, useState } from "react";
import { rejectedEverywhereSentence } from "@/components/api-keys/revocation-words";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { toast } from "@/components/ui/toast";
import { useMemberKeys, useRemoveMember } from "@/lib/client/use-members";
import type { RemovedMember } from "@/lib/contracts/members";
import type { MemberView } from "@/lib/contracts/workspaces";
import { isDecided, type KeyDecisions, LeaverKeys, transfersOf } from "./leaver-keys";

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
  const [decisions, setDecisions] = useState<KeyDecisions>(new Map());
  const keys = useMemberKeys(workspace.slug, member.userId);
  const remove = useRemoveMember(workspace.slug, { leaving });

  const form = useSubmit(
    (transfers: { keyId: string; userId: string }[]) =>
      remove.mutateAsync({ userId: member.userId, transfers }),
    {
      doing: leaving ? `Leaving ${workspace.name}` : `Removing ${member.name}`,
      onSuccess(removed) {
        // A whole page load: nothing of the workspace may stay in memory.
        if (leaving) window.location.assign("/settings");
        else toast.success(`${member.name} is removed. ${outcomeSentence(removed)}`);
      },
      onDone: leaving ? undefined : onRemoved,
      leaves: leaving,
    },
  );

  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit(transfersOf(keys.data ?? [], decisions))}
      onClose={onClose}
      draft={decisions.size > 0}
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
      disabled={!keys.data || !isDecided(keys.data, decisions)}
    >
      <LeaverKeys
        keys={keys}
        candidates={members.filter((other) => other.userId !== member.userId && !other.suspended)}
        decisions={decisions}
        onDecide={setDecisions}
        owner={leaving ? "You own" : `${member.name} owns`}
      />
    </FormDialog>
  );
}

function outcomeSentence({ revoked, transferred, rejectedEverywhere }: RemovedMember): string {
  const parts = [
    revoked > 0 && `${counted(revoked)} revoked. ${rejectedEverywhereSentence(rejectedEverywhere)}`,
    transferred > 0 && `${counted(transferred)} transferred.`,
  ];
  return parts.filter(Boolean).join(" ");
}

function counted(count: number): string {
  return count === 1 ? "1 key" : `${count} keys`;
}
