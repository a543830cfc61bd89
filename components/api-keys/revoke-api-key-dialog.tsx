"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-error";
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
  const [mismatch, setMismatch] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const closed = useRef(false);
  const cancelButton = useRef<HTMLButtonElement>(null);
  const revoke = useRevokeApiKey(workspaceSlug);
  const { switchKey } = useSwitchApiKey(workspaceSlug);

  async function submit() {
    if (revoke.isPending) return;
    if (typing && typed.trim() !== apiKey.name) {
      setMismatch(true);
      field.current?.focus();
      return;
    }
    try {
      const { key, rejectedEverywhere } = await revoke.mutateAsync(apiKey.id);
      toast.success(`${key.name} is revoked. ${rejectedEverywhereSentence(rejectedEverywhere)}`);
      close();
    } catch (error) {
      // In the dialog while it stands; who closed it meanwhile must hear of it all the same.
      if (closed.current) toast.error(`${apiKey.name} is not known to be revoked. ${errorMessage(error)}`);
    }
  }

  function close() {
    if (closed.current) return;
    closed.current = true;
    onClose();
  }

  function disableInstead() {
    close();
    void switchKey(apiKey, "disable");
  }

  return (
    <Dialog
      open
      onOpenChange={close}
      title={`Revoke ${apiKey.name}?`}
      description={
        <>
          <KeyHint prefix={apiKey.prefix} suffix={apiKey.suffix} /> of {apiKey.owner.name}. Revoked is for
          ever.
        </>
      }
      onSubmit={() => void submit()}
      // Enter at the first moment must not be what destroys.
      initialFocus={typing ? field : cancelButton}
      footer={
        <>
          {apiKey.status === "active" && (
            <Button variant="ghost" onClick={disableInstead} className="sm:mr-auto sm:-ml-3.5">
              Disable instead
            </Button>
          )}
          <Button ref={cancelButton} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="danger" pending={revoke.isPending} pendingLabel="Revoking…">
            Revoke key
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {revoke.isError && (
          <Alert title={`${apiKey.name} is not known to be revoked`}>
            {errorMessage(revoke.error)} Until it is revoked, the key may still work; trying again is safe.
          </Alert>
        )}
        <RecentCallers workspaceSlug={workspaceSlug} apiKey={apiKey} />
        {typing && (
          <Field
            label="Type the name to confirm"
            hint={
              <>
                It was used in the last 7 days. Its name is{" "}
                <strong className="text-text">{apiKey.name}</strong>.
              </>
            }
            error={mismatch ? `Type “${apiKey.name}”, letter for letter.` : undefined}
          >
            <TextInput
              ref={field}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setMismatch(false);
              }}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
        )}
      </div>
    </Dialog>
  );
}
