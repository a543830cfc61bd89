"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError } from "@/lib/client/api-client";
import { useRenamePasskey } from "@/lib/client/use-passkeys";
import type { PasskeyView } from "@/lib/contracts/passkeys";

export function RenamePasskeyDialog({ passkey, onClose }: { passkey: PasskeyView; onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(passkey.name);
  const rename = useRenamePasskey();
  const wrong = fieldError(rename.error, "name");

  function save() {
    if (rename.isPending) return;
    if (name.trim() === passkey.name) onClose();
    else
      rename.mutate({ id: passkey.id, name }, { onSuccess: onClose, onError: () => input.current?.focus() });
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Rename ${passkey.name}`}
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
        <Field label="Name" error={wrong} hint="Your device or password manager keeps its own name for it.">
          <TextInput
            ref={input}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onFocus={(event) => event.currentTarget.select()}
            autoComplete="off"
            maxLength={120}
          />
        </Field>
      </div>
    </Dialog>
  );
}
