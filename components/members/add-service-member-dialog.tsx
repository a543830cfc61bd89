"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { toast } from "@/components/ui/toast";
import { useAddServiceMember } from "@/lib/client/change-members";
import type { ServiceRole } from "@/lib/contracts/permissions";
import { serviceRoleOptions } from "../roles/roles";

export function AddServiceMemberDialog({
  workspaceSlug,
  onClose,
}: {
  workspaceSlug: string;
  onClose: () => void;
}) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<ServiceRole>("member");
  const add = useAddServiceMember(workspaceSlug);
  const form = useSubmit(() => add.mutateAsync({ name, role }), {
    doing: `Adding ${name.trim()}`,
    fields: ["name"],
    onSuccess: () =>
      toast.success(`${name.trim()} was added. Create an API key for it under API → API keys.`),
    onDone: onClose,
  });

  return (
    <FormDialog
      form={form}
      onSubmit={() => (name.trim() === "" ? form.refuse({ name: "Enter a name." }) : void form.submit())}
      onClose={onClose}
      title="Add service member"
      description="Not a person. Owns API keys that stay when people leave, and can’t sign in."
      size="small"
      action="Add service member"
      pendingLabel="Adding…"
    >
      <Field label="Name" error={form.wrong.name} hint="What its keys are for, for example “deployments”.">
        <TextInput
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="off"
          maxLength={200}
        />
      </Field>
      <Field label="Role" hint="Its keys can’t do more than its role allows.">
        <Select value={role} onValueChange={setRole} options={serviceRoleOptions} className="w-full" />
      </Field>
    </FormDialog>
  );
}
