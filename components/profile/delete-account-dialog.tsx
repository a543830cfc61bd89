"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Field } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError, wasNotConfirmed } from "@/lib/client/api-client";
import { useAccountDeletion, useDeleteAccount } from "@/lib/client/use-account";
import { type Heirs, WhatIsOwned } from "./what-is-owned";

/** Says what becomes of everything the person owns, asks what is theirs to decide, and deletes the account. */
export function DeleteAccountDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const cancelButton = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [heirs, setHeirs] = useState<Heirs>(new Map());
  const deletion = useAccountDeletion();
  const remove = useDeleteAccount();
  const owned = deletion.data;
  const blocked = (owned?.blockedBy.length ?? 0) > 0;
  const wrongEmail = fieldError(remove.error, "email");
  // Once it is done the page goes away: until then nothing may be pressed again.
  const pending = remove.isPending || remove.isSuccess;

  function submit() {
    if (pending || !owned || blocked) return;
    const transfers = owned.left.flatMap(({ id: workspaceId, keys }) =>
      keys.flatMap(({ id: keyId }) => {
        const userId = heirs.get(keyId);
        return userId ? [{ workspaceId, keyId, userId }] : [];
      }),
    );
    remove.mutate(
      { email: typed, deletedWorkspaces: owned.deleted.map(({ id }) => id), transfers },
      {
        onError: () => {
          field.current?.focus();
          void deletion.refetch();
        },
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Delete your account?"
      description={
        blocked
          ? "Not yet: a workspace must not be left without an owner."
          : "You are signed out everywhere at once, and nothing of the account can be brought back."
      }
      onSubmit={submit}
      initialFocus={cancelButton}
      footer={
        <>
          <Button ref={cancelButton} onClick={onClose}>
            {blocked ? "Close" : "Cancel"}
          </Button>
          {!blocked && (
            <Button
              type="submit"
              variant="danger"
              disabled={!owned}
              pending={pending}
              pendingLabel="Deleting…"
            >
              Delete account
            </Button>
          )}
        </>
      }
    >
      {owned ? (
        <div className="grid gap-5">
          {remove.error && !wrongEmail && !wasNotConfirmed(remove.error) && (
            <Alert>{errorMessage(remove.error)}</Alert>
          )}
          <WhatIsOwned owned={owned} heirs={heirs} onHeirs={setHeirs} />
          {!blocked && (
            <Field
              label="Type your email to confirm"
              hint={
                <>
                  It is <strong className="break-all text-text">{email}</strong>.
                </>
              }
              error={wrongEmail}
            >
              <TextInput
                ref={field}
                inputMode="email"
                autoCapitalize="none"
                autoComplete="off"
                spellCheck={false}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            </Field>
          )}
        </div>
      ) : deletion.error ? (
        <ErrorState
          title="What you own could not be shown"
          onRetry={() => void deletion.refetch()}
          retrying={deletion.isFetching}
        >
          {errorMessage(deletion.error)}
        </ErrorState>
      ) : (
        <div role="status" aria-label="Loading what you own" className="grid gap-2">
          <Skeleton className="h-4 w-56" />
          <Skeleton className="h-9 w-full" />
        </div>
      )}
    </Dialog>
  );
}
