"use client";

import type { ApiKey } from "@/lib/contracts/api-keys";
import { RenameApiKeyDialog } from "./rename-api-key-dialog";
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
