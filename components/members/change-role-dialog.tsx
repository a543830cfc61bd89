"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useChangeRole } from "@/lib/client/use-members";
import type { Role } from "@/lib/contracts/permissions";
import type { MemberView } from "@/lib/contracts/workspaces";
import { aRole } from "./a-role";
import { roleOptions, serviceRoleOptions } from "./role-options";

export function ChangeRoleDialog({
  workspaceSlug,
  viewer,
  member,
  onClose,
}: {
  workspaceSlug: string;
  viewer: { userId: string; role: Role };
  member: MemberView;
  onClose: () => void;
}) {
  const router = useRouter();
  const [role, setRole] = useState(member.role);
  const change = useChangeRole(workspaceSlug);

  function save() {
    if (change.isPending) return;
    if (role === member.role) return onClose();
    change.mutate(
      { userId: member.userId, role },
      {
        onSuccess: () => {
          toast.success(`${member.name} is ${aRole(role)} now.`);
          // What the pages offer depends on one's own role.
          if (member.userId === viewer.userId) router.refresh();
          onClose();
        },
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Change role of ${member.name}`}
      description={`${member.email === null ? "Its keys can do no more than its" : "Their keys can do no more than their"} role, from the moment it changes.`}
      size="small"
      onSubmit={save}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={change.isPending} pendingLabel="Saving…">
            {role === "owner" && member.role !== "owner" ? "Make owner" : "Save role"}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {change.error && !wasNotConfirmed(change.error) && <Alert>{errorMessage(change.error)}</Alert>}
        <Field label="Role" hint={consequence(viewer, member, role)}>
          <Select
            value={role}
            onValueChange={setRole}
            options={member.email === null ? serviceRoleOptions : roleOptions(viewer.role)}
            className="w-full"
          />
        </Field>
      </div>
    </Dialog>
  );
}

function consequence(viewer: { userId: string }, member: MemberView, role: Role): string | undefined {
  if (role === member.role) return undefined;
  if (role === "owner")
    return "An owner may do everything here, also change or remove you. To hand the workspace over, make them owner and then change your own role.";
  if (member.userId === viewer.userId) return "You cannot take this back by yourself.";
  return undefined;
}
