"use client";

import { passSecondStepByPasskey } from "@/lib/client/passkeys";
import { PasskeyButton } from "./passkey-button";

/** The second step of a sign-in by passkey. `alone` where the account has nothing else for it. */
export function PasskeySecondStep({ goal, alone }: { goal: string; alone: boolean }) {
  return <PasskeyButton label="Use a passkey" use={passSecondStepByPasskey} goal={goal} primary={alone} />;
}
