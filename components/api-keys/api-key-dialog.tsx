"use client";

import { RenameDialog } from "@/components/forms/rename-dialog";
import { useUpdateApiKey } from "@/lib/client/use-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { RevokeApiKeyDialog } from "./revoke-api-key-dialog";

export type ApiKeyDialogName = "rename" | "revoke";

export function ApiKeyDialog({
  name,
  ...rest
}: {
  name: ApiKeyDialogName;
  workspaceSlug: string;
  apiKey: ApiKey;
  onClose: () => void;
}) {
  return name === "rename" ? <RenameApiKeyDialog {...rest} /> : <RevokeApiKeyDialog {...rest} />;
}

function RenameApiKeyDialog({
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
      hint="Programs that use the key aren’t affected."
      onSave={(name) => update.mutateAsync({ keyId: apiKey.id, name })}
      onClose={onClose}
    />
  );
}
