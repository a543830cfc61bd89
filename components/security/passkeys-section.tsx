"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useSubmit } from "@/components/forms/use-submit";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-client";
import { addPasskey } from "@/lib/client/change-passkeys";
import { usePasskeys } from "@/lib/client/use-passkeys";
import type { PasskeyView } from "@/lib/contracts/passkeys";
import { securityDialogs } from "./load-dialogs";
import { PasskeyRow } from "./passkey-row";

const RenamePasskeyDialog = securityDialogs.component("RenamePasskeyDialog");
const RemovePasskeyDialog = securityDialogs.component("RemovePasskeyDialog");
const RecoveryCodesDialog = securityDialogs.component("RecoveryCodesDialog");

type Open =
  | { dialog: "rename" | "remove"; passkey: PasskeyView }
  | { dialog: "codes"; recoveryCodes: string[] };

export function PasskeysSection() {
  const list = useRef<HTMLDivElement>(null);
  const passkeys = usePasskeys();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);

  function handleRemoved() {
    flushSync(close);
    // The button that opened the dialog is removed with its row.
    list.current?.focus();
  }

  return (
    <Section
      title="Passkeys"
      description="Sign in with your fingerprint, face, or device PIN instead of a password."
      flush
      actions={<AddPasskey onCodes={(recoveryCodes) => setOpen({ dialog: "codes", recoveryCodes })} />}
    >
      <div ref={list} tabIndex={-1} className="border-t outline-none">
        {passkeys.data?.length === 0 ? (
          <EmptyState title="No passkeys yet" picture={<Fingerprint />}>
            Add one on each device you use, or one in a password manager that syncs across them.
          </EmptyState>
        ) : passkeys.data ? (
          <ul aria-label="Passkeys">
            {passkeys.data.map((passkey) => (
              <PasskeyRow
                key={passkey.id}
                passkey={passkey}
                onDialog={(dialog) => securityDialogs.whenLoaded(() => setOpen({ dialog, passkey }))}
              />
            ))}
          </ul>
        ) : passkeys.error ? (
          <ErrorState
            title="Couldn’t load your passkeys"
            onRetry={() => void passkeys.refetch()}
            retrying={passkeys.isFetching}
          >
            {errorMessage(passkeys.error)}
          </ErrorState>
        ) : (
          <div role="status" aria-label="Loading your passkeys" className="grid gap-2 px-5 py-3.5">
            <Skeleton className="h-5 w-48" />
            <Skeleton className="h-4 w-64" />
          </div>
        )}
      </div>
      {open?.dialog === "rename" && <RenamePasskeyDialog passkey={open.passkey} onClose={close} />}
      {open?.dialog === "remove" && (
        <RemovePasskeyDialog passkey={open.passkey} onRemoved={handleRemoved} onClose={close} />
      )}
      {open?.dialog === "codes" && <RecoveryCodesDialog codes={open.recoveryCodes} onDone={close} />}
    </Section>
  );
}

function AddPasskey({ onCodes }: { onCodes: (recoveryCodes: string[]) => void }) {
  const queryClient = useQueryClient();
  const { submit, pending } = useSubmit(() => addPasskey(queryClient), {
    doing: "Adding a passkey",
    // The dialog with the codes says enough, and on a phone a toast would cover its button.
    onSuccess: ({ passkey, recoveryCodes }) => {
      if (recoveryCodes.length === 0) toast.success(`The passkey ${passkey.name} was added.`);
    },
    onDone: ({ recoveryCodes }) => recoveryCodes.length > 0 && onCodes(recoveryCodes),
    onFailure: (error) => toast.error("Couldn’t add a passkey.", { description: errorMessage(error) }),
  });

  return (
    <Button
      pending={pending}
      pendingLabel="Adding…"
      // Before asking the server, which may answer with recovery codes that it never returns again.
      onClick={() => securityDialogs.whenLoaded(() => void submit())}
      {...securityDialogs.preloads}
    >
      Add a passkey
    </Button>
  );
}
