"use client";

import { useRef, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { toast } from "@/components/ui/toast";
import { useRevokeApiKey } from "@/lib/client/use-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { KeyHint } from "./key-hint";
import { RecentCallers } from "./recent-callers";
import { mustTypeName, rejectedEverywhereSentence } from "./revocation-words";
import { useSwitchApiKey } from "./use-switch-api-key";

/**
 * The last question before a key is gone for ever. It opens at once with what the row knows; who calls with the key
 * arrives beside it, and nothing waits for that.
 */
export function RevokeApiKeyDialog({
  workspaceSlug,
  apiKey,
  onClose,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  onClose: () => void;
}) {
  const [typing] = useState(() => mustTypeName(apiKey, new Date()));
  const [typed, setTyped] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const cancelButton = useRef<HTMLButtonElement>(null);
  const revoke = useRevokeApiKey(workspaceSlug);
  const { switchKey } = useSwitchApiKey(workspaceSlug);
  const form = useSubmit(() => revoke.mutateAsync(apiKey.id), {
    doing: `Revoking ${apiKey.name}`,
    fields: ["name"],
    onSuccess: ({ key, rejectedEverywhere }) =>
      toast.success(`${key.name} is revoked. ${rejectedEverywhereSentence(rejectedEverywhere)}`),
    onDone: onClose,
  });

  function submit() {
    if (typing && typed.trim() !== apiKey.name)
      form.refuse({ name: `Type “${apiKey.name}”, letter for letter.` });
    else void form.submit();
  }

  function disableInstead() {
    onClose();
    void switchKey(apiKey, "disable");
  }

  return (
    <FormDialog
      form={form}
      onSubmit={submit}
      onClose={onClose}
      // Typed to confirm, and nothing that anyone would miss.
      draft={false}
      title={`Revoke ${apiKey.name}?`}
      description={
        <>
          <KeyHint prefix={apiKey.prefix} suffix={apiKey.suffix} /> of {apiKey.owner.name}. Revoked is for
          ever.
        </>
      }
      // Enter at the first moment must not be what destroys.
      initialFocus={typing ? field : cancelButton}
      cancelRef={cancelButton}
      aside={
        apiKey.status === "active" &&
        !form.pending && (
          <Button variant="ghost" onClick={disableInstead} className="sm:mr-auto sm:-ml-3.5">
            Disable instead
          </Button>
        )
      }
      action="Revoke key"
      pendingLabel="Revoking…"
      variant="danger"
      failureTitle={`${apiKey.name} is not known to be revoked`}
    >
      <RecentCallers workspaceSlug={workspaceSlug} apiKey={apiKey} />
      {typing && (
        <Field
          label="Type the name to confirm"
          hint={
            <>
              It was used in the last 7 days. Its name is <strong className="text-text">{apiKey.name}</strong>
              .
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
      )}
    </FormDialog>
  );
}
