"use client";

import { useRef, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { ConfirmationField, confirmationError } from "@/components/forms/typed-confirm-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { inputOf, isDecided, type KeyDecisions } from "@/components/members/key-decisions";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-error";
import { useAccountDeletion, useDeleteAccount } from "@/lib/client/change-account";
import type { DeleteAccountInput } from "@/lib/contracts/account-input";
import { WhatIsOwned } from "./what-is-owned";

/** Shows what happens to everything the person owns, asks what to do with their keys, and deletes the account. */
export function DeleteAccountDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const cancelButton = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState("");
  const [decisions, setDecisions] = useState<KeyDecisions>(new Map());
  const deletion = useAccountDeletion();
  const remove = useDeleteAccount();
  const form = useSubmit((input: DeleteAccountInput) => remove.mutateAsync(input), {
    doing: "Deleting your account",
    fields: ["email"],
    onFailure: () => void deletion.refetch(),
    leaves: true,
  });
  const owned = deletion.data;
  const blocked = (owned?.blockedBy.length ?? 0) > 0;

  function submit() {
    if (!owned) return;
    if (typed.trim() !== email) return form.refuse({ email: confirmationError(email) });
    const decided = owned.left.map(({ id: workspaceId, keys }) => ({
      workspaceId,
      ...inputOf(keys, decisions),
    }));
    void form.submit({
      email,
      deletedWorkspaces: owned.deleted.map(({ id }) => id),
      transfers: decided.flatMap(({ workspaceId, transfers }) =>
        transfers.map((transfer) => ({ workspaceId, ...transfer })),
      ),
      revocations: decided.flatMap(({ workspaceId, revocations }) =>
        revocations.map((keyId) => ({ workspaceId, keyId })),
      ),
    });
  }

  return (
    <FormDialog
      form={form}
      onSubmit={submit}
      onClose={onClose}
      // Decisions about keys would be lost; the typed confirmation doesn't matter.
      draft={decisions.size > 0}
      title="Delete your account?"
      description={
        blocked
          ? "You can’t delete your account yet. Every workspace needs an owner."
          : "You’ll be signed out everywhere immediately. You can’t undo this."
      }
      initialFocus={cancelButton}
      cancelRef={cancelButton}
      cancelLabel={blocked ? "Close" : "Cancel"}
      action={blocked ? null : "Delete account"}
      pendingLabel="Deleting…"
      variant="danger"
      disabled={!owned?.left.every(({ keys }) => isDecided(keys, decisions))}
    >
      {owned ? (
        <div className="grid gap-5">
          <WhatIsOwned owned={owned} decisions={decisions} onDecide={setDecisions} />
          {!blocked && (
            <ConfirmationField
              label="Type your email to confirm"
              expected={email}
              error={form.wrong.email}
              inputMode="email"
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                form.reset();
              }}
            />
          )}
        </div>
      ) : deletion.error ? (
        <ErrorState
          title="Couldn’t load what you own"
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
    </FormDialog>
  );
}
