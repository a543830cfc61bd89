import { Alert } from "@/components/ui/alert";
import {
  type IdentityProvider,
  isProviderProblem,
  providerProblems,
} from "@/lib/contracts/identity-providers";

/** Explains why signing in with a provider failed. Renders nothing for unknown values, as they come from the URL. */
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
