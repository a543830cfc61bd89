import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-error";
import { useUpdateApiKey } from "@/lib/client/change-api-key";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";
import type { ApiKey } from "@/lib/contracts/api-keys";

export function useSwitchApiKey(workspaceSlug: string) {
  const update = useUpdateApiKey(workspaceSlug);

  async function switchKey(key: Pick<ApiKey, "id" | "name">, to: "disable" | "enable"): Promise<void> {
    try {
      const changed = await update.mutateAsync({ keyId: key.id, disabled: to === "disable" });
      if (to === "enable") toast.success(`${changed.name} is enabled.`);
      else {
        toast.success(`${changed.name} is disabled. Requests with it get 401 disabled_key.`, {
          action: { label: "Undo", onClick: () => void switchKey(key, "enable") },
          durationMs: 10_000,
        });
      }
    } catch (error) {
      const title = mayHaveBeenDone(error)
        ? `${key.name} may have been ${to}d.`
        : `Couldn’t ${to} ${key.name}.`;
      toast.error(title, { description: errorMessage(error) });
    }
  }

  return { switchKey, pending: update.isPending };
}
