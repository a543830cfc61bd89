import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-error";
import { useUpdateApiKey } from "@/lib/client/change-api-key";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";
import type { ApiKey } from "@/lib/contracts/api-keys";

type Key = Pick<ApiKey, "id" | "name">;

export function useSwitchApiKey(workspaceSlug: string) {
  const update = useUpdateApiKey(workspaceSlug);

  /** Disables the key and offers to undo it. Throws if that fails. */
  async function disable(key: Key): Promise<void> {
    const changed = await update.mutateAsync({ keyId: key.id, disabled: true });
    toast.success(`${changed.name} is disabled. Requests with it get 401 disabled_key.`, {
      action: { label: "Undo", onClick: () => void switchKey(key, "enable") },
      durationMs: 10_000,
    });
  }

  async function enable(key: Key): Promise<void> {
    const changed = await update.mutateAsync({ keyId: key.id, disabled: false });
    toast.success(`${changed.name} is enabled.`);
  }

  async function switchKey(key: Key, to: "disable" | "enable"): Promise<void> {
    try {
      await (to === "enable" ? enable(key) : disable(key));
    } catch (error) {
      const title = mayHaveBeenDone(error)
        ? `${key.name} may have been ${to}d.`
        : `Couldn’t ${to} ${key.name}.`;
      toast.error(title, { description: errorMessage(error) });
    }
  }

  return { switchKey, disable, pending: update.isPending };
}
