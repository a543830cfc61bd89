import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-error";
import { useUpdateApiKey } from "@/lib/client/use-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";

/**
 * Disables or enables a key and says which in a toast. Disabling offers its undoing; nothing is shown as done before
 * the server says it is.
 */
export function useSwitchApiKey(workspaceSlug: string) {
  const update = useUpdateApiKey(workspaceSlug);

  async function switchKey(key: Pick<ApiKey, "id" | "name">, to: "disable" | "enable"): Promise<void> {
    try {
      const changed = await update.mutateAsync({ keyId: key.id, disabled: to === "disable" });
      if (to === "enable") toast.success(`${changed.name} is enabled.`);
      else {
        toast.success(`${changed.name} is disabled. Requests with it get 401 disabled_key.`, {
          action: { label: "Undo", onClick: () => void switchKey(key, "enable") },
          duration: 10_000,
        });
      }
    } catch (error) {
      toast.error(`${key.name} was not ${to}d. ${errorMessage(error)}`);
    }
  }

  return { switchKey, pending: update.isPending };
}
