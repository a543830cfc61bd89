"use client";

import { Button } from "@/components/ui/button";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { keyActions, type Viewer } from "./key-rights";
import { preloadsDialog } from "./lazy-dialogs";
import { useSwitchApiKey } from "./use-switch-api-key";

export function ApiKeyPageActions({
  workspaceSlug,
  viewer,
  apiKey,
  onDialog,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  apiKey: ApiKey;
  onDialog: (name: ApiKeyDialogName) => void;
}) {
  const may = keyActions(viewer, apiKey);
  const { switchKey, pending } = useSwitchApiKey(workspaceSlug);
  return (
    <div className="flex flex-wrap gap-2">
      {may.rename && (
        <Button onClick={() => onDialog("rename")} {...preloadsDialog("key")}>
          Rename
        </Button>
      )}
      {may.rotate && (
        <Button onClick={() => onDialog("rotate")} {...preloadsDialog("key")}>
          Rotate
        </Button>
      )}
      {may.disable && (
        <Button onClick={() => void switchKey(apiKey, "disable")} pending={pending} pendingLabel="Disabling…">
          Disable
        </Button>
      )}
      {may.enable && (
        <Button onClick={() => void switchKey(apiKey, "enable")} pending={pending} pendingLabel="Enabling…">
          Enable
        </Button>
      )}
      {may.revoke && (
        <Button variant="danger" onClick={() => onDialog("revoke")} {...preloadsDialog("key")}>
          Revoke
        </Button>
      )}
    </div>
  );
}
