"use client";

import { useEffect } from "react";
import { Button } from "@/components/ui/button";
import { keyPageHash } from "@/lib/client/key-page-hash";
import { keyActions, type Viewer } from "@/lib/client/key-rights";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { keyDialog } from "./load-dialogs";
import { wasUsedLately } from "./revocation-words";
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what the page was opened with counts.
  useEffect(() => {
    const { hash } = location;
    if (may.rotate && hash === keyPageHash.rotate) onDialog("rotate");
    if (may.rotate && hash === keyPageHash.permissions) onDialog("permissions");
    if (may.extend && hash === keyPageHash.extend) onDialog("extend");
    if (may.rename && hash === keyPageHash.edit) onDialog("edit");
  }, []);
  function disable() {
    if (wasUsedLately(apiKey, new Date())) onDialog("disable");
    else void switchKey(apiKey, "disable");
  }
  return (
    <div className="flex flex-wrap gap-2">
      {may.rename && (
        <Button onClick={() => onDialog("edit")} {...keyDialog.preloads}>
          Edit
        </Button>
      )}
      {may.extend && (
        <Button onClick={() => onDialog("extend")} {...keyDialog.preloads}>
          Extend
        </Button>
      )}
      {may.rotate && (
        <Button onClick={() => onDialog("rotate")} {...keyDialog.preloads}>
          Rotate
        </Button>
      )}
      {may.disable && (
        <Button onClick={disable} pending={pending} pendingLabel="Disabling…" {...keyDialog.preloads}>
          Disable
        </Button>
      )}
      {may.enable && (
        <Button onClick={() => void switchKey(apiKey, "enable")} pending={pending} pendingLabel="Enabling…">
          Enable
        </Button>
      )}
      {may.revoke && (
        <Button variant="danger" onClick={() => onDialog("revoke")} {...keyDialog.preloads}>
          Revoke
        </Button>
      )}
    </div>
  );
}
