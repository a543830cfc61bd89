"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
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
  const [name, setName] = useState(member.name);
  const [missing, setMissing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const rename = useRenameServiceMember(workspaceSlug);
  const wrong = missing ? "Enter a name." : fieldError(rename.error, "name");

  function save() {
    if (rename.isPending) return;
    setMissing(name.trim() === "");
    if (name.trim() === "") input.current?.focus();
    else if (name.trim() === member.name) onClose();
    else
      rename.mutate(
        { userId: member.userId, name },
        { onSuccess: onClose, onError: () => input.current?.focus() },
      );
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Rename ${member.name}`}
      size="small"
      onSubmit={save}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={rename.isPending} pendingLabel="Saving…">
            Save name
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {rename.error && !wrong && <Alert>{errorMessage(rename.error)}</Alert>}
        <Field label="Name" error={wrong} hint="Its keys go on as they are.">
          <TextInput
            ref={input}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onFocus={(event) => event.currentTarget.select()}
            autoComplete="off"
            maxLength={200}
          />
        </Field>
      </div>
    </Dialog>
  );
}
