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
  /** The session that began it, where it is for somebody signed in: no other may finish it. */
  sessionId: z.string().nullable(),
  /** Where to go on afterwards; null where the visitor wanted nothing in particular. */
  goal: z.string().nullable(),
  /** SHA-256 of the state that went to the provider: what for and how far belong together (S05). */
  stateHash: z.string(),
  beganAt: z.number(),
});
/** What a visit to an identity provider is for. */
export type FlowIntent = Omit<z.infer<typeof intent>, "stateHash" | "beganAt"> & { beganAt: Date };

/** Keeps it in the browser, sealed, beside next-auth's cookies of the same visit; a later visit takes its place. */
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

/** What the visit that comes back with this state was for, once; null where this browser did not begin it. */
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
