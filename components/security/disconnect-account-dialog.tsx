"use client";

import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useDisconnectAccount } from "@/lib/client/identity-providers";
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
    <Dialog
      open
      onOpenChange={onClose}
      size="small"
      title={`Disconnect ${name}?`}
      description={`${connected?.label ?? "This account"} will no longer sign you in. Your sessions go on.`}
      onSubmit={() => !disconnect.isPending && disconnect.mutate(id, { onSuccess: onDisconnected })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" pending={disconnect.isPending} pendingLabel="Disconnecting…">
            Disconnect
          </Button>
        </>
      }
    >
      {disconnect.error && !wasNotConfirmed(disconnect.error) && (
        <Alert>{errorMessage(disconnect.error)}</Alert>
      )}
    </Dialog>
  );
}
