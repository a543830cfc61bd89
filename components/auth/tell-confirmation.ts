import { toast } from "@/components/ui/toast";
import type { Account } from "@/lib/contracts/account";
import { isProviderProblem, providerProblems } from "@/lib/contracts/identity-providers";

/** Shows the outcome of confirming an identity with a provider, and removes it from the URL, so that a reload doesn't repeat it. */
export function tellConfirmation(account: Account): void {
  const url = new URL(window.location.href);
  const { confirmed, provider, problem } = Object.fromEntries(url.searchParams);
  for (const name of ["confirmed", "provider", "problem"]) url.searchParams.delete(name);
  window.history.replaceState(null, "", url);
  const name = account.confirmingProviders.find(({ id }) => id === (provider ?? confirmed))?.name;
  if (!name) return;
  if (confirmed !== "no") toast.success(`${name} confirmed it’s you.`, { description: "You can continue." });
  else if (isProviderProblem(problem))
    toast.error("Couldn’t confirm it’s you.", { description: providerProblems[problem](name) });
}
