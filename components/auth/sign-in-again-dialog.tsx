"use client";

import { useState } from "react";
import { findSignedIn } from "@/lib/client/find-signed-in";
import { passSecondStepByPasskey, signInByPasskey } from "@/lib/client/passkeys";
import { completeSecondFactor, signIn } from "@/lib/client/sign-in";
import { beginProviderSignIn, signInPath } from "@/lib/client/sign-in-window";
import type { Account } from "@/lib/contracts/account";
import { ProofDialog, type Way } from "./proof-dialog";

/** Signs in without leaving the page. A window offers the ways that this dialog doesn't. */
export function SignInAgainDialog({
  account,
  secondStep: onlySecondStep,
  onSignedIn,
  onClose,
}: {
  account: Account;
  /** Only the second step is missing. */
  secondStep: boolean;
  /** Null for another person whose second step is still missing. */
  onSignedIn: (userId: string | null) => void;
  onClose: () => void;
}) {
  const [secondStep, setSecondStep] = useState(onlySecondStep);
  const [email, setEmail] = useState(account.email);
  const ways: Way[] = [
    ...(!secondStep && account.hasPassword ? (["password"] as const) : []),
    ...(secondStep && account.hasAuthenticator ? (["code"] as const) : []),
    ...(account.hasPasskey ? (["passkey"] as const) : []),
  ];

  async function prove(way: Way, typed: string) {
    if (way === "passkey") await (secondStep ? passSecondStepByPasskey() : signInByPasskey());
    else await (way === "code" ? completeSecondFactor({ code: typed }) : signIn(email, typed));
    return findSignedIn();
  }

  return (
    <ProofDialog
      title={secondStep ? "Verify it’s you" : "Sign in to continue"}
      descriptionOf={() =>
        secondStep
          ? "One more step to pick up where you left off."
          : "Your session ended. Sign in to pick up where you left off. What you typed is still here."
      }
      ways={ways}
      labels={{
        password: "Use your password",
        code: "Use your authenticator app",
        passkey: secondStep ? "Use a passkey" : "Sign in with a passkey",
      }}
      email={{ value: email, onChange: setEmail }}
      prove={prove}
      doing="Signing in"
      onProved={({ userId, secondStep: missing }) => {
        if (userId) onSignedIn(userId);
        else if (missing && email.trim().toLowerCase() !== account.email) onSignedIn(null);
        else if (missing) setSecondStep(true);
      }}
      windowWays={[
        ...(secondStep
          ? []
          : account.confirmingProviders.map(({ id, name }) => ({
              id,
              name,
              label: `Continue with ${name}`,
              findUrl: () => beginProviderSignIn(id),
            }))),
        {
          id: "page",
          name: secondStep ? "the second step" : "the sign-in page",
          label: "Use another way in a new window",
          findUrl: () => signInPath(secondStep ? "/sign-in/verify" : "/sign-in"),
          variant: ways.length > 0 ? "ghost" : "secondary",
        },
      ]}
      cancelLabel="Not now"
      action={secondStep ? "Verify" : "Sign in"}
      pendingLabel={secondStep ? "Verifying…" : "Signing in…"}
      onClose={onClose}
    />
  );
}
