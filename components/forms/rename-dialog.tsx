"use client";

import { type ReactNode, useRef, useState } from "react";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { FormDialog } from "./form-dialog";
import { useSubmit } from "./use-submit";

export function RenameDialog({
  name: current,
  hint,
  maxLength = 200,
  onSave,
  onClose,
}: {
  name: string;
  hint: ReactNode;
  maxLength?: number;
  onSave: (name: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [name, setName] = useState(current);
  const input = useRef<HTMLInputElement>(null);
  const form = useSubmit(onSave, { doing: `Renaming ${current}`, fields: ["name"], onDone: onClose });

  function save() {
    const trimmed = name.trim();
    if (trimmed === "") form.refuse({ name: "Enter a name." });
    else if (trimmed === current) onClose();
    else void form.submit(trimmed);
  }

  return (
    <FormDialog
      form={form}
      onSubmit={save}
      onClose={onClose}
      title={`Rename ${current}`}
      size="small"
      initialFocus={input}
      action="Save name"
      pendingLabel="Saving…"
    >
      <Field label="Name" error={form.wrong.name} hint={hint}>
        <TextInput
          ref={input}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onFocus={(event) => event.currentTarget.select()}
          autoComplete="off"
          maxLength={maxLength}
        />
      </Field>
    </FormDialog>
  );
}
