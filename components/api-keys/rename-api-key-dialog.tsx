"use client";

import { RenameDialog } from "@/components/ui/rename-dialog";
import { errorMessage, fieldError } from "@/lib/client/api-error";
import { useUpdateApiKey } from "@/lib/client/use-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";

export function RenameApiKeyDialog({
  workspaceSlug,
  apiKey,
  onClose,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  onClose: () => void;
}) {
  const update = useUpdateApiKey(workspaceSlug);
  return (
    <RenameDialog
      name={apiKey.name}
      hint="Programs that use the key notice nothing."
      pending={update.isPending}
      wrong={fieldError(update.error, "name")}
      failed={update.error ? errorMessage(update.error) : undefined}
      onSave={(name, outcome) => update.mutate({ keyId: apiKey.id, name }, outcome)}
      onClose={onClose}
    />
  );
}
