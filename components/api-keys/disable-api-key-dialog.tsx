"use client";

import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { KeyHint } from "./key-hint";
import { RecentCallers } from "./recent-callers";
import { useSwitchApiKey } from "./use-switch-api-key";

/** For a key in use: shows the programs that would stop. A key that no one uses is disabled without asking. */
export function DisableApiKeyDialog({
  workspaceSlug,
  apiKey,
  onClose,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  onClose: () => void;
}) {
  const { disable } = useSwitchApiKey(workspaceSlug);
  return (
    <ConfirmDialog
      title={`Disable ${apiKey.name}?`}
      description={
        <>
          <KeyHint prefix={apiKey.prefix} suffix={apiKey.suffix} />, owned by {apiKey.owner.name}. You can
          enable it again.
        </>
      }
      action="Disable key"
      pendingLabel="Disabling…"
      doing={`Disabling ${apiKey.name}`}
      onConfirm={() => disable(apiKey)}
      onDone={onClose}
      onClose={onClose}
      size="medium"
    >
      <RecentCallers workspaceSlug={workspaceSlug} apiKey={apiKey} change="disable" />
    </ConfirmDialog>
  );
}
