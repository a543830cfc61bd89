"use client";

import { TypedConfirmDialog } from "@/components/forms/typed-confirm-dialog";
import { useDeleteWorkspace } from "@/lib/client/change-workspace";
import { useMembers } from "@/lib/client/use-members";
import type { MemberView, Workspace } from "@/lib/contracts/workspaces";

/** Shows who and what is affected, and asks for the address, so that no one deletes the wrong workspace. */
export function DeleteWorkspaceDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const members = useMembers(workspace.slug);
  const remove = useDeleteWorkspace(workspace.slug);

  return (
    <TypedConfirmDialog
      title={`Delete ${workspace.name}?`}
      description="You can’t undo this. Its API keys stop working immediately."
      expected={workspace.slug}
      label="Type the address to confirm"
      mono
      action="Delete workspace"
      pendingLabel="Deleting…"
      onConfirm={() => remove.mutateAsync(workspace.slug)}
      doing={`Deleting ${workspace.name}`}
      leaves
      onClose={onClose}
    >
      {/* Keeps its height while loading, so that nothing jumps. */}
      <p className="min-h-5">{members.data && affectedSentence(members.data)}</p>
    </TypedConfirmDialog>
  );
}

function affectedSentence(members: readonly MemberView[]): string {
  const others = members.length - 1;
  const keys = members.reduce((sum, member) => sum + member.keys, 0);
  const people =
    others === 0
      ? "No one else is in it"
      : `${counted(others, "other person loses", "other people lose")} access`;
  return `${people}; ${keys === 0 ? "it has no API keys in use" : `${counted(keys, "API key stops", "API keys stop")} working`}.`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
