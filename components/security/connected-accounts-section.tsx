"use client";

import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Alert } from "@/components/ui/alert";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-client";
import { useConnectedAccounts } from "@/lib/client/identity-providers";
import type { ConnectedAccount } from "@/lib/contracts/identity-providers";
import { ConnectedAccountRow } from "./connected-account-row";
import { DisconnectAccountDialog } from "./disconnect-account-dialog";

/** `notice` says what came of the visit to a provider that led here. */
export type ProviderNotice = { tone: "ok" | "bad"; text: string };

export function ConnectedAccountsSection({ notice: initial }: { notice: ProviderNotice | null }) {
  const list = useRef<HTMLUListElement>(null);
  const told = useRef<HTMLDivElement>(null);
  const accounts = useConnectedAccounts();
  const [notice, setNotice] = useState(initial);
  const [leaving, setLeaving] = useState<ConnectedAccount | null>(null);

  // The section is far down the page that the visit came back to: it is shown, and read out.
  // Once: the address that says it would say it again whenever the page is loaded anew.
  useEffect(() => {
    if (!told.current) return;
    told.current.focus();
    window.history.replaceState(null, "", window.location.pathname);
  }, []);

  function noteDisconnection() {
    flushSync(() => {
      setLeaving(null);
      setNotice(null);
    });
    // The button that was pressed is another one now.
    list.current?.focus();
  }

  return (
    <Section title="Connected accounts" description="Accounts elsewhere that you can sign in with." flush>
      {notice && (
        <div ref={told} tabIndex={-1} className="scroll-my-16 px-5 pb-4 outline-none">
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
                onDisconnect={() => setLeaving(account)}
              />
            ))}
          </ul>
        ) : accounts.error ? (
          <ErrorState
            title="Your connected accounts could not be shown"
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
      {leaving && (
        <DisconnectAccountDialog
          account={leaving}
          onDisconnected={noteDisconnection}
          onClose={() => setLeaving(null)}
        />
      )}
    </Section>
  );
}
