import {
  type IdentityProvider,
  isProviderProblem,
  providerProblems,
} from "@/lib/contracts/identity-providers";
import type { ProviderNotice } from "./connected-accounts-section";

/** Reads the outcome of connecting an account from the URL. `tellConfirmation` handles confirming an identity. */
export function findProviderNotice(
  { connected, confirmed, problem, provider }: Record<string, unknown>,
  providers: IdentityProvider[],
): ProviderNotice | null {
  const nameOf = (wanted: unknown) => providers.find(({ id }) => id === wanted)?.name;
  const done = nameOf(connected);
  if (done) return { tone: "ok", text: `${done} is connected. You can now sign in with it.` };
  const failed = nameOf(provider);
  if (!failed || confirmed !== undefined || !isProviderProblem(problem)) return null;
  return { tone: "bad", text: providerProblems[problem](failed) };
}
