"use client";

import { TypedConfirmDialog } from "@/components/forms/typed-confirm-dialog";
import { useMembers } from "@/lib/client/use-members";
import { useDeleteWorkspace } from "@/lib/client/use-workspace";
import type { MemberView, Workspace } from "@/lib/contracts/workspaces";

/** Says who and what is hit, and asks for the address, so that nobody deletes the workspace they did not mean. */
export function DeleteWorkspaceDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const members = useMembers(workspace.slug);
  const remove = useDeleteWorkspace(workspace.slug);

  return (
    <TypedConfirmDialog
      title={`Delete ${workspace.name}?`}
      description="It cannot be brought back. Its API keys are refused from the moment it is deleted."
      expected={workspace.slug}
      label="Type the address to confirm"
      hint={(address) => <>It is {address}.</>}
      mono
      action="Delete workspace"
      pendingLabel="Deleting…"
      onConfirm={() => remove.mutateAsync(workspace.slug)}
      doing={`Deleting ${workspace.name}`}
      leaves
      onClose={onClose}
    >
      {/* Its place is kept while it is counted: nothing jumps. */}
      <p className="min-h-5">{members.data && whatIsHit(members.data)}</p>
    </TypedConfirmDialog>
  );
}

function whatIsHit(members: readonly MemberView[]): string {
  const others = members.length - 1;
  const keys = members.reduce((sum, member) => sum + member.keys, 0);
  const people =
    others === 0
      ? "Nobody else is in it"
      : `${counted(others, "other person loses", "other people lose")} access`;
  return `${people}; ${keys === 0 ? "it has no API keys in use" : `${counted(keys, "API key stops", "API keys stop")} working`}.`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
