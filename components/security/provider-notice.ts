import {
  type IdentityProvider,
  isProviderProblem,
  providerProblems,
} from "@/lib/contracts/identity-providers";
import type { ProviderNotice } from "./connected-accounts-section";

/** What the address says of a visit to connect an account; what it says of one to confirm is told elsewhere. */
export function findProviderNotice(
  { connected, confirmed, problem, provider }: Record<string, unknown>,
  providers: IdentityProvider[],
): ProviderNotice | null {
  const nameOf = (wanted: unknown) => providers.find(({ id }) => id === wanted)?.name;
  const done = nameOf(connected);
  if (done) return { tone: "ok", text: `${done} is connected. You can sign in with it from now on.` };
  const failed = nameOf(provider);
  if (!failed || confirmed !== undefined || !isProviderProblem(problem)) return null;
  return { tone: "bad", text: providerProblems[problem](failed) };
}
