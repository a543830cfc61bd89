import { Alert } from "@/components/ui/alert";
import {
  type IdentityProvider,
  isProviderProblem,
  providerProblems,
} from "@/lib/contracts/identity-providers";

/** Why the visit to a provider, from which somebody has just come back, led nowhere. Says nothing where the words mean nothing. */
export function ProviderProblemAlert({
  problem,
  provider,
  providers,
}: {
  problem: unknown;
  provider: unknown;
  providers: IdentityProvider[];
}) {
  const found = providers.find(({ id }) => id === provider);
  if (!found || !isProviderProblem(problem)) return null;
  return (
    <div className="mb-5">
      <Alert>{providerProblems[problem](found.name)}</Alert>
    </div>
  );
}
