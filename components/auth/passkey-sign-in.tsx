"use client";

import { signInByPasskey } from "@/lib/client/passkeys";
import { PasskeyButton } from "./passkey-button";

/** Signs in without an email, a password or a second step. */
export function PasskeySignIn({ goal }: { goal: string }) {
  return <PasskeyButton label="Sign in with a passkey" use={signInByPasskey} goal={goal} />;
}
