"use client";

import { useRouter } from "next/navigation";
import { RenameDialog } from "@/components/forms/rename-dialog";
import { useUpdateApiKey } from "@/lib/client/change-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { DisableApiKeyDialog } from "./disable-api-key-dialog";
import { EditApiKeyDialog } from "./edit-api-key-dialog";
import { ExtendApiKeyDialog } from "./extend-api-key-dialog";
import { KeyBatchDialog } from "./key-batch-dialog";
import { CancelRotationDialog, ExtendOverlapDialog } from "./overlap-dialogs";
import type { ProgramSettings } from "./program-settings";
import { RevokeApiKeyDialog } from "./revoke-api-key-dialog";
import { RotateApiKey } from "./rotate-api-key";

export type ApiKeyDialogName =
  | "rename"
  | "edit"
  | "extend"
  | "rotate"
  /** Rotating to change what it can do. */
  | "permissions"
  | "extend-overlap"
  | "cancel-rotation"
  | "transfer"
  | "disable"
  | "revoke";

export function ApiKeyDialog({
  name,
  program,
  onClose,
  ...given
}: {
  name: ApiKeyDialogName;
  workspaceSlug: string;
  apiKey: ApiKey;
  program: ProgramSettings;
  onClose: () => void;
}) {
  const router = useRouter();
  function close() {
    onClose();
    // The page shows what the server counted. A revoked key stays in view until the list is next loaded.
    if (name !== "revoke") router.refresh();
  }
  const rest = { ...given, onClose: close };
  switch (name) {
    case "rename":
      return <RenameApiKeyDialog {...rest} />;
    case "edit":
      return <EditApiKeyDialog {...rest} />;
    case "extend":
      return <ExtendApiKeyDialog {...rest} />;
    case "rotate":
      return <RotateApiKey {...rest} program={program} />;
    case "permissions":
      return <RotateApiKey {...rest} program={program} changing />;
    case "extend-overlap":
      return <ExtendOverlapDialog {...rest} />;
    case "cancel-rotation":
      return <CancelRotationDialog {...rest} />;
    case "transfer":
      return <KeyBatchDialog {...rest} action="transfer" keys={[rest.apiKey]} />;
    case "disable":
      return <DisableApiKeyDialog {...rest} />;
    case "revoke":
      return <RevokeApiKeyDialog {...rest} />;
  }
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
