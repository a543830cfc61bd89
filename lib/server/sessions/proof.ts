import type { ProofKind } from "../generated/prisma/client";
import type { Identity } from "./identity";

/**
 * How and when a person proved their identity. `now` is the database's current time; a date comes from an identity
 * provider.
 */
export type Proof = { by: ProofKind; at: "now" | Date };

/** The allowed clock difference between servers. */
export const clockSkewMs = 60_000;

/**
 * The proof from an identity provider: that the person signed in there at `auth_time`. There is no proof if the
 * provider doesn't report the time, as Google and GitHub don't, or reports a future one: the browser may have been
 * redirected back without anyone being present.
 */
export function proofOf({ authenticatedAt }: Pick<Identity, "authenticatedAt">): Proof | null {
  if (!authenticatedAt || authenticatedAt.getTime() > Date.now() + clockSkewMs) return null;
  return { by: "identity_provider", at: authenticatedAt };
}
