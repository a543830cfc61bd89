"use client";

import { useSubmit } from "@/components/forms/use-submit";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-client";
import { visitToConnect } from "@/lib/client/identity-providers";
import type { ConnectedAccount } from "@/lib/contracts/identity-providers";
import { securityDialogs } from "./load-dialogs";

export function ConnectedAccountRow({
  account: { id, name, connected },
  onDisconnect,
}: {
  account: ConnectedAccount;
  onDisconnect: () => void;
}) {
  const { submit, pending } = useSubmit(() => visitToConnect(id), {
    doing: `Connecting ${name}`,
    onFailure: (error) => toast.error(`Couldn’t connect ${name}.`, { description: errorMessage(error) }),
    leaves: true,
  });

  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-5 py-3.5 last:border-b-0">
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="font-medium">{name}</p>
        <p className="flex flex-wrap gap-x-3 text-muted text-sm">
          {connected ? (
            <>
              <span className="min-w-0 break-all">{connected.label}</span>
              <span className="whitespace-nowrap">
                Connected <RelativeTime at={connected.at} />
              </span>
            </>
          ) : (
            "Not connected"
          )}
        </p>
      </div>
      {connected ? (
        <Button aria-label={`Disconnect ${name}`} onClick={onDisconnect} {...securityDialogs.preloads}>
          Disconnect
        </Button>
      ) : (
        <Button pending={pending} pendingLabel="Redirecting…" onClick={() => void submit()}>
          Connect {name}
        </Button>
      )}
    </li>
  );
}
