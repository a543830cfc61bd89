"use client";

import { useRef, useState } from "react";
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

export function ConnectedAccountsSection({ notice }: { notice: ProviderNotice | null }) {
  const list = useRef<HTMLUListElement>(null);
  const accounts = useConnectedAccounts();
  const [leaving, setLeaving] = useState<ConnectedAccount | null>(null);

  return (
    <Section title="Connected accounts" description="Accounts elsewhere that you can sign in with." flush>
      {notice && (
        <div className="px-5 pb-4">
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
        <DisconnectAccountDialog account={leaving} returnFocus={list} onClose={() => setLeaving(null)} />
      )}
    </Section>
  );
}
