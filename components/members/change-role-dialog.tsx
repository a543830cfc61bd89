"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { useChangeRole } from "@/lib/client/change-members";
import { losesManaging, type Role } from "@/lib/contracts/permissions";
import type { MemberView } from "@/lib/contracts/workspaces";
import { aRole, roleOptions, serviceRoleOptions } from "../roles/roles";
import { MemberKeyChoices, settledSentence, useKeyDecisions } from "./key-decisions";

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
  const demotes = losesManaging(member.role, role);
  const keyDecisions = useKeyDecisions(workspaceSlug, member.userId, "othersOnly", demotes);

  const form = useSubmit(() => change.mutateAsync({ userId: member.userId, role, ...keyDecisions.input }), {
    doing: `Changing the role of ${member.name}`,
    onSuccess: (settled) => {
      toast.success(`${member.name} is now ${aRole(role)}. ${settledSentence(settled)}`);
      // The pages depend on the viewer's own role.
      if (member.userId === viewer.userId) router.refresh();
    },
    onDone: onClose,
    // A key may have been created in the meantime.
    onFailure: () => void (demotes && keyDecisions.query.refetch()),
  });

  return (
    <FormDialog
      form={form}
      onSubmit={() => (role === member.role ? onClose() : void form.submit())}
      onClose={onClose}
      title={`Change role of ${member.name}`}
      description={`${member.email === null ? "Its keys can’t do more than its" : "Their keys can’t do more than their"} role allows. The change takes effect immediately.`}
      size={(keyDecisions.keys?.length ?? 0) > 0 ? undefined : "small"}
      draft={keyDecisions.decisions.size > 0}
      disabled={!keyDecisions.decided}
      action={role === "owner" && member.role !== "owner" ? "Make owner" : "Save role"}
      pendingLabel="Saving…"
    >
      <Field label="Role" hint={consequence(viewer, member, role)}>
        <Select
          value={role}
          onValueChange={setRole}
          options={member.email === null ? serviceRoleOptions : roleOptions(viewer.role)}
          className="w-full"
        />
      </Field>
      {demotes && (
        <div className="mt-4 grid gap-3">
          <MemberKeyChoices keyDecisions={keyDecisions} candidates={[]} owner={null} />
        </div>
      )}
    </FormDialog>
  );
}

function consequence(viewer: { userId: string }, member: MemberView, role: Role): string | undefined {
  if (role === member.role) return undefined;
  if (role === "owner")
    return "Owners can do everything here, including changing or removing you. To hand over the workspace, make them an owner, then change your own role.";
  if (member.userId === viewer.userId) return "You can’t undo this yourself.";
  return undefined;
}
