import type { ProofKind } from "../generated/prisma/client";
import type { Identity } from "./identity";

/** What a person proved who they are with, and when: just now, or when an identity provider says it asked them. */
export type Proof = { by: ProofKind; at: "now" | Date };

/** How far the clocks of two servers may differ. */
export const clockSkewMs = 60_000;

/**
 * What coming from an identity provider proves: that the person signed in there at `auth_time`. A provider that does not say when,
 * as Google and GitHub do not, or names a time to come, proves nothing: the browser may have been sent straight back, with nobody
 * there.
 */
export function proofOf({ authenticatedAt }: Pick<Identity, "authenticatedAt">): Proof | null {
  if (!authenticatedAt || authenticatedAt.getTime() > Date.now() + clockSkewMs) return null;
  return { by: "identity_provider", at: authenticatedAt };
}
