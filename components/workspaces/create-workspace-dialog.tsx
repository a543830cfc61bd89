"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { createWorkspace } from "@/lib/client/join-workspace";

/** Makes a workspace and goes to its settings. */
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
      // It leads to the workspace once that is made.
      staysWhilePending
      title="Create workspace"
      description="You are its owner. It has its own members, keys and logs."
      size="small"
      action="Create workspace"
      pendingLabel="Creating…"
    >
      <Field label="Workspace name" error={form.wrong.name} hint="It can be changed later.">
        <TextInput value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
      </Field>
    </FormDialog>
  );
}
