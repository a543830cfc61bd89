"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { createWorkspace } from "@/lib/client/join-workspace";

export function CreateWorkspaceDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const form = useSubmit(() => createWorkspace(name), {
    doing: `Creating ${name}`,
    fields: ["name"],
    onDone: ({ workspaceSlug }) => window.location.assign(`/${workspaceSlug}/settings/workspace`),
    leaves: true,
  });

  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit()}
      onClose={onClose}
      // Success goes to the new workspace.
      staysWhilePending
      title="Create workspace"
      description="You’ll be its owner. It has its own members, keys, and logs."
      size="small"
      action="Create workspace"
      pendingLabel="Creating…"
    >
      <Field label="Workspace name" error={form.wrong.name} hint="You can change it later.">
        <TextInput value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
      </Field>
    </FormDialog>
  );
}
