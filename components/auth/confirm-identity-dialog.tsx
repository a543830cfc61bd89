"use client";

import { useEffect, useState } from "react";
import { reauthenticate } from "@/lib/client/change-account";
import { reauthenticateByPasskey } from "@/lib/client/passkeys";
import { listenForSignIn } from "@/lib/client/sign-in-news";
import { beginProviderConfirmation } from "@/lib/client/sign-in-window";
import { useAccount } from "@/lib/client/use-account";
import type { Account } from "@/lib/contracts/account";
import { providerProblems } from "@/lib/contracts/identity-providers";
import { ProofDialog, type Way } from "./proof-dialog";

const descriptions: Record<Way, string> = {
  password: "Enter your password to continue.",
  code: "Enter a code from your authenticator app to continue.",
  passkey: "Use your passkey to continue.",
};

/** Asks for the password, an authenticator code, a passkey or a connected provider. */
export function ConfirmIdentityDialog({
  account: initial,
  onFinish,
}: {
  account: Account;
  onFinish: (confirmed: boolean) => void;
}) {
  const { data: account } = useAccount(initial);
  const [visit] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState<string | undefined>();
  const { userId, confirmingProviders: providers } = account;
  const ways = waysOf(account);

  useEffect(
    () =>
      listenForSignIn((news) => {
        if (news.userId !== userId || !news.visit) return;
        // All tabs share the session, so another tab's confirmation counts here. Its failure doesn't.
        if (!news.problem) onFinish(true);
        else if (news.visit === visit) {
          const asked = providers.find(({ id }) => id === news.provider);
          setProblem(providerProblems[news.problem](asked?.name ?? "The provider"));
        }
      }),
    [userId, providers, visit, onFinish],
  );

  return (
    <ProofDialog
      title="Confirm it's you"
      descriptionOf={(way) => (way ? descriptions[way] : fallbackDescription(providers.length > 0))}
      ways={ways}
      labels={{ password: "Use your password", code: "Use your authenticator app", passkey: "Use a passkey" }}
      email={{ value: account.email }}
      prove={(way, typed) =>
        way === "passkey"
          ? reauthenticateByPasskey()
          : reauthenticate(way === "password" ? { password: typed } : { code: typed })
      }
      doing="Confirming that it’s you"
      onProved={() => onFinish(true)}
      windowWays={providers.map(({ id, name }) => ({
        id,
        name,
        label: `Continue with ${name}`,
        findUrl: () => beginProviderConfirmation(id, visit),
        variant: ways.length > 0 ? "secondary" : "primary",
      }))}
      windowProblem={problem}
      onOpenWindow={() => setProblem(undefined)}
      action="Confirm"
      pendingLabel="Confirming…"
      onClose={() => onFinish(false)}
    />
  );
}

function waysOf({ hasPassword, hasAuthenticator, hasPasskey }: Account): Way[] {
  return [
    ...(hasPassword ? (["password"] as const) : []),
    ...(hasAuthenticator ? (["code"] as const) : []),
    ...(hasPasskey ? (["passkey"] as const) : []),
  ];
}

function fallbackDescription(hasProvider: boolean): string {
  return hasProvider
    ? "Sign in to a connected account again to continue. It opens in a new window, and this page stays open."
    : "Your account has no way to confirm it’s you yet. Sign out, choose “Forgot password?” on the sign-in page, and set a password.";
}
