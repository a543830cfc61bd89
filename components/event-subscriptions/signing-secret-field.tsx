"use client";

import { Check, Copy, RefreshCw } from "lucide-react";
import { CopyOutcome } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { TextInput } from "@/components/ui/text-input";
import { useCopy } from "@/components/ui/use-copy";
import { newSigningSecret, standardForm } from "@/lib/client/signing-secret";

/** A generated secret, which people may replace by their own. */
export function SigningSecretField({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (secret: string) => void;
  error: string | undefined;
}) {
  const standard = standardForm(value);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <Field
        label="Signing secret"
        error={error}
        hint="Your endpoint checks signatures with it. It was generated for you, and you can enter your own instead."
      >
        <SecretRow value={value} onChange={onChange} />
      </Field>
      {standard && (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
          <p className="text-muted text-sm">Standard Webhooks libraries need it in this form:</p>
          <Copyable label="Standard Webhooks secret" text={standard} />
        </div>
      )}
    </div>
  );
}

function SecretRow({ value, onChange }: { value: string; onChange: (secret: string) => void }) {
  const { state, copy } = useCopy();
  return (
    <div className="grid grid-cols-[minmax(0,1fr)]">
      <div className="flex gap-1">
        <TextInput
          mono
          value={value}
          onChange={(event) => onChange(event.target.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <IconButton
          label={state === "copied" ? "Copied" : "Copy signing secret"}
          onClick={() => void copy(value)}
          className="size-9"
        >
          {state === "copied" ? <Check aria-hidden /> : <Copy aria-hidden />}
        </IconButton>
        <IconButton
          label="Generate another secret"
          onClick={() => onChange(newSigningSecret())}
          className="size-9"
        >
          <RefreshCw aria-hidden />
        </IconButton>
      </div>
      <CopyOutcome state={state} />
    </div>
  );
}

function Copyable({ label, text }: { label: string; text: string }) {
  const { state, copy } = useCopy();
  return (
    <div className="grid grid-cols-[minmax(0,1fr)]">
      <div className="flex items-center gap-1">
        <code className="min-w-0 truncate font-mono text-muted text-sm">{text}</code>
        <IconButton
          label={state === "copied" ? "Copied" : `Copy ${label}`}
          onClick={() => void copy(text)}
          className="size-7"
        >
          {state === "copied" ? <Check aria-hidden /> : <Copy aria-hidden />}
        </IconButton>
      </div>
      <CopyOutcome state={state} />
    </div>
  );
}
