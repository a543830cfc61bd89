"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError } from "@/lib/client/api-error";
import { useUpdateApiKey } from "@/lib/client/use-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";

export function RenameApiKeyDialog({
  workspaceSlug,
  apiKey,
  onClose,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  onClose: () => void;
}) {
  const [name, setName] = useState(apiKey.name);
  const [missing, setMissing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const update = useUpdateApiKey(workspaceSlug);
  const wrong = missing ? "Enter a name." : fieldError(update.error, "name");

  function save() {
    if (update.isPending) return;
    setMissing(name.trim() === "");
    if (name.trim() === "") input.current?.focus();
    else if (name.trim() === apiKey.name) onClose();
    else
      update.mutate(
        { keyId: apiKey.id, name: name.trim() },
        { onSuccess: onClose, onError: () => input.current?.focus() },
      );
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Rename ${apiKey.name}`}
      size="small"
      onSubmit={save}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={update.isPending} pendingLabel="Saving…">
            Save name
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {update.isError && !wrong && <Alert>{errorMessage(update.error)}</Alert>}
        <Field label="Name" error={wrong} hint="Programs that use the key notice nothing.">
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
