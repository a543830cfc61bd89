"use client";

import { useRef, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { useApiAccessUse, useSetApiAccess } from "@/lib/client/use-workspace";
import type { ApiAccessUse, Workspace } from "@/lib/contracts/workspaces";

/** Says how many keys and callers are stopped, and asks for the workspace's name. */
export function TurnOffApiAccessDialog({
  workspace,
  onOff,
  onClose,
}: {
  workspace: Workspace;
  /** Runs once it is off, whether the dialog is still open or not. */
  onOff: () => void;
  onClose: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const use = useApiAccessUse(workspace.slug);
  const setApiAccess = useSetApiAccess(workspace.slug);
  const form = useSubmit(() => setApiAccess.mutateAsync(false), {
    doing: "Turning off API access",
    fields: ["name"],
    onSuccess: onOff,
    onDone: onClose,
  });

  function submit() {
    if (typed.trim() === workspace.name) void form.submit();
    else form.refuse({ name: `Type “${workspace.name}”, letter for letter.` });
  }

  return (
    <FormDialog
      form={form}
      onSubmit={submit}
      onClose={onClose}
      // Typed to confirm, and nothing that anyone would miss.
      draft={false}
      title="Turn off API access?"
      description={`Every API key of ${workspace.name} is refused immediately. Turning it back on restores them.`}
      initialFocus={field}
      action="Turn off API access"
      pendingLabel="Turning off…"
      variant="danger"
    >
      {/* Its place is kept while it is counted: nothing jumps. */}
      <p role="status" className="min-h-10">
        {use.data
          ? whoIsStopped(use.data)
          : use.error
            ? "How many keys and callers this stops can’t be shown right now."
            : "Counting the keys and callers this stops…"}
      </p>
      <Field
        label="Type the workspace name to confirm"
        hint={
          <>
            It is <strong className="break-words text-text">{workspace.name}</strong>.
          </>
        }
        error={form.wrong.name}
      >
        <TextInput
          ref={field}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            form.reset();
          }}
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
    </FormDialog>
  );
}

function whoIsStopped({ activeKeys, callersInLastHour: callers }: ApiAccessUse): string {
  if (activeKeys === 0) return "No API key is active.";
  const keys = activeKeys === 1 ? "1 active key stops working." : `${activeKeys} active keys stop working.`;
  if (callers === 0) return `${keys} No caller used a key in the last hour.`;
  return callers === 1
    ? `${keys} 1 caller used a key in the last hour and will get 403 api_access_disabled.`
    : `${keys} ${callers} callers used a key in the last hour and will get 403 api_access_disabled.`;
}
