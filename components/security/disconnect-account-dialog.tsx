"use client";

import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { useDisconnectAccount } from "@/lib/client/use-connected-accounts";
import type { ConnectedAccount } from "@/lib/contracts/identity-providers";

export function DisconnectAccountDialog({
  account: { id, name, connected },
  onDisconnected,
  onClose,
}: {
  account: ConnectedAccount;
  onDisconnected: () => void;
  onClose: () => void;
}) {
  const disconnect = useDisconnectAccount();
  return (
    <ConfirmDialog
      title={`Disconnect ${name}?`}
      description={`You’ll no longer be able to sign in with ${connected?.label ?? "this account"}. Your current sessions stay signed in.`}
      action="Disconnect"
      pendingLabel="Disconnecting…"
      doing={`Disconnecting ${name}`}
      onConfirm={() => disconnect.mutateAsync(id)}
      onDone={onDisconnected}
      onClose={onClose}
    />
  );
}
