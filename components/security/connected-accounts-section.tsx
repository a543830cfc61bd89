"use client";

import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { Alert } from "@/components/ui/alert";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-client";
import { useConnectedAccounts, useDisconnectAccount } from "@/lib/client/identity-providers";
import type { ConnectedAccount } from "@/lib/contracts/identity-providers";
import { ConnectedAccountRow } from "./connected-account-row";

/** The outcome of connecting an account at a provider. */
export type ProviderNotice = { tone: "ok" | "bad"; text: string };

export function ConnectedAccountsSection({ notice: initial }: { notice: ProviderNotice | null }) {
  const list = useRef<HTMLUListElement>(null);
  const noticeRef = useRef<HTMLDivElement>(null);
  const accounts = useConnectedAccounts();
  const [notice, setNotice] = useState(initial);
  const [disconnecting, setDisconnecting] = useState<ConnectedAccount | null>(null);

  // Scrolls to the notice and announces it, as the section is far down the page. Then removes it from the URL, so that a reload
  // doesn't repeat it.
  useEffect(() => {
    if (!noticeRef.current) return;
    noticeRef.current.focus();
    window.history.replaceState(null, "", window.location.pathname);
  }, []);

  function handleDisconnected() {
    flushSync(() => {
      setDisconnecting(null);
      setNotice(null);
    });
    // Connect replaced the Disconnect button that was pressed.
    list.current?.focus();
  }

  return (
    <Section title="Connected accounts" description="Other accounts you can sign in with." flush>
      {notice && (
        <div ref={noticeRef} tabIndex={-1} className="scroll-my-16 px-5 pb-4 outline-none">
          <Alert tone={notice.tone}>{notice.text}</Alert>
        </div>
      )}
      <div className="border-t">
        {accounts.data ? (
          <ul ref={list} tabIndex={-1} aria-label="Connected accounts" className="outline-none">
            {accounts.data.map((account) => (
              <ConnectedAccountRow
                key={account.id}
                account={account}
                onDisconnect={() => setDisconnecting(account)}
              />
            ))}
          </ul>
        ) : accounts.error ? (
          <ErrorState
            title="Couldn’t load your connected accounts"
            onRetry={() => void accounts.refetch()}
            retrying={accounts.isFetching}
          >
            {errorMessage(accounts.error)}
          </ErrorState>
        ) : (
          <div role="status" aria-label="Loading your connected accounts" className="grid gap-2 px-5 py-3.5">
            <Skeleton className="h-4 w-24" />
            <Skeleton className="h-3.5 w-52 max-w-full" />
          </div>
        )}
      </div>
      {disconnecting && (
        <DisconnectAccountDialog
          account={disconnecting}
          onDisconnected={handleDisconnected}
          onClose={() => setDisconnecting(null)}
        />
      )}
    </Section>
  );
}

function DisconnectAccountDialog({
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
