import { toast } from "@/components/ui/toast";
import type { Account } from "@/lib/contracts/account";
import { isProviderProblem, providerProblems } from "@/lib/contracts/identity-providers";

/** Says what came of a visit to a provider to confirm who one is, and takes it out of the address: a reload says it no more. */
export function tellConfirmation(account: Account): void {
  const url = new URL(window.location.href);
  const { confirmed, provider, problem } = Object.fromEntries(url.searchParams);
  for (const name of ["confirmed", "provider", "problem"]) url.searchParams.delete(name);
  window.history.replaceState(null, "", url);
  const name = account.confirmingProviders.find(({ id }) => id === (provider ?? confirmed))?.name;
  if (!name) return;
  if (confirmed !== "no")
    toast.success(`${name} confirmed it’s you.`, { description: "Go on with what you were doing." });
  else if (isProviderProblem(problem))
    toast.error("You were not confirmed.", { description: providerProblems[problem](name) });
}
