import { hash } from "node:crypto";
import { cookies } from "next/headers";
import { z } from "zod";
import { identityProviderIds } from "@/lib/contracts/identity-providers";
import { runtime } from "../runtime";
import { seal, unseal } from "../seal";

const lifetimeSeconds = 15 * 60;
const context = "provider-flow";

const intent = z.strictObject({
  kind: z.enum(["sign_in", "connect", "confirm"]),
  provider: z.enum(identityProviderIds),
  /** The session that started the flow, if signed in. No other session can finish it. */
  sessionId: z.string().nullable(),
  /** The page to open afterwards. Null for the default page. */
  goal: z.string().nullable(),
  /** SHA-256 of the state sent to the provider, which binds the intent to the flow (S05). */
  stateHash: z.string(),
  beganAt: z.number(),
});
/** The purpose of a provider flow. */
export type FlowIntent = Omit<z.infer<typeof intent>, "stateHash" | "beganAt"> & { beganAt: Date };

/** Stores the intent in an encrypted cookie beside next-auth's cookies of the same flow. A later flow replaces it. */
export async function keepIntent(wanted: Omit<FlowIntent, "beganAt">, state: string): Promise<void> {
  const value = { ...wanted, stateHash: hashState(state), beganAt: Date.now() };
  const sealed = seal(Buffer.from(JSON.stringify(value)), context).toString("base64url");
  (await cookies()).set(cookieName(), sealed, {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure: !runtime().env.local,
    maxAge: lifetimeSeconds,
  });
}

/** Reads and deletes the intent of the flow with this state. Null if this browser didn't start the flow. */
export async function takeIntent(provider: string, state: string | null): Promise<FlowIntent | null> {
  const jar = await cookies();
  const sealed = jar.get(cookieName())?.value;
  if (!sealed || !state) return null;
  const found = open(sealed);
  if (!found || found.provider !== provider || found.stateHash !== hashState(state)) return null;
  jar.delete({ name: cookieName(), path: "/", secure: !runtime().env.local });
  const { stateHash: _, beganAt, ...rest } = found;
  return Date.now() - beganAt > lifetimeSeconds * 1000 ? null : { ...rest, beganAt: new Date(beganAt) };
}

function open(sealed: string): z.infer<typeof intent> | null {
  try {
    return intent.parse(JSON.parse(unseal(Buffer.from(sealed, "base64url"), context).toString()));
  } catch {
    return null;
  }
}

function cookieName(): string {
  return runtime().env.local ? "keyward.visit" : "__Host-keyward.visit";
}

function hashState(state: string): string {
  return hash("sha256", state, "base64url");
}
