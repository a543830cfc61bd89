"use client";

import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Alert } from "@/components/ui/alert";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-client";
import { useConnectedAccounts } from "@/lib/client/use-connected-accounts";
import type { ConnectedAccount } from "@/lib/contracts/identity-providers";
import { ConnectedAccountRow } from "./connected-account-row";
import { securityDialogs } from "./load-dialogs";

const DisconnectAccountDialog = securityDialogs.component("DisconnectAccountDialog");

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
                onDisconnect={() => securityDialogs.whenLoaded(() => setDisconnecting(account))}
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
