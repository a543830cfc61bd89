"use client";

import { RenameDialog } from "@/components/ui/rename-dialog";
import { errorMessage, fieldError } from "@/lib/client/api-client";
import { useRenameServiceMember } from "@/lib/client/use-members";
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
      hint="Its keys go on as they are."
      pending={rename.isPending}
      wrong={fieldError(rename.error, "name")}
      failed={rename.error ? errorMessage(rename.error) : undefined}
      onSave={(name, outcome) => rename.mutate({ userId: member.userId, name }, outcome)}
      onClose={onClose}
    />
  );
}
