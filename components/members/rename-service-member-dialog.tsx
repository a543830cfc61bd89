"use client";

import { RenameDialog } from "@/components/forms/rename-dialog";
import { useRenameServiceMember } from "@/lib/client/change-members";
import type { MemberView } from "@/lib/contracts/workspaces";

export function RenameServiceMemberDialog({
  workspaceSlug,
  member,
  onClose,
}: {
  workspaceSlug: string;
  member: MemberView;
  onClose: () => void;
}) {
  const rename = useRenameServiceMember(workspaceSlug);
  return (
    <RenameDialog
      name={member.name}
      hint="Its keys aren’t affected."
      onSave={(name) => rename.mutateAsync({ userId: member.userId, name })}
      onClose={onClose}
    />
  );
}
