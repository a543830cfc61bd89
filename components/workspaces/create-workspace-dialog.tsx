"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError } from "@/lib/client/api-client";
import { createWorkspace } from "@/lib/client/join-workspace";

/** Makes a workspace and goes to its settings. */
export function CreateWorkspaceDialog({ onClose }: { onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrongName = fieldError(error, "name");

  async function submit() {
    if (pending) return;
    setPending(true);
    setError(null);
    try {
      const { workspaceSlug } = await createWorkspace(name);
      window.location.assign(`/${workspaceSlug}/settings/workspace`);
    } catch (thrown) {
      setError(thrown);
      setPending(false);
      input.current?.focus();
    }
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Create workspace"
      description="You are its owner. It has its own members, keys and logs."
      size="small"
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending} pendingLabel="Creating…">
            Create workspace
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {error !== null && !wrongName && <Alert>{errorMessage(error)}</Alert>}
        <Field label="Workspace name" error={wrongName} hint="It can be changed later.">
          <TextInput
            ref={input}
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="off"
          />
        </Field>
      </div>
    </Dialog>
  );
}
