"use client";

import { type ReactNode, useRef, useState } from "react";
import { Alert } from "./alert";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Field } from "./field";
import { TextInput } from "./text-input";

/**
 * Asks for another name of one thing. What is unchanged is not saved; what was refused leads back to the field.
 * @param wrong What is wrong with the name.
 * @param failed Why it could not be saved, where that is not the name's fault.
 */
export function RenameDialog({
  name: current,
  hint,
  maxLength = 200,
  pending,
  wrong,
  failed,
  onSave,
  onClose,
}: {
  name: string;
  hint: ReactNode;
  maxLength?: number;
  pending: boolean;
  wrong: string | undefined;
  failed: string | undefined;
  onSave: (name: string, outcome: { onSuccess: () => void; onError: () => void }) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState(current);
  const [missing, setMissing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const error = missing ? "Enter a name." : wrong;

  function save() {
    if (pending) return;
    const trimmed = name.trim();
    setMissing(trimmed === "");
    if (trimmed === "") input.current?.focus();
    else if (trimmed === current) onClose();
    else onSave(trimmed, { onSuccess: onClose, onError: () => input.current?.focus() });
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Rename ${current}`}
      size="small"
      onSubmit={save}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending} pendingLabel="Saving…">
            Save name
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {failed && !error && <Alert>{failed}</Alert>}
        <Field label="Name" error={error} hint={hint}>
          <TextInput
            ref={input}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onFocus={(event) => event.currentTarget.select()}
            autoComplete="off"
            maxLength={maxLength}
          />
        </Field>
      </div>
    </Dialog>
  );
}
