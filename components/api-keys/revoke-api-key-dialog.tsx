"use client";

import { useState } from "react";
import { TypedConfirmDialog } from "@/components/forms/typed-confirm-dialog";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { toast } from "@/components/ui/toast";
import { useCreatedKeys } from "@/lib/client/created-keys";
import { useRevokeApiKey } from "@/lib/client/revoke-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { KeyHint } from "./key-hint";
import { RecentCallers } from "./recent-callers";
import { rejectedEverywhereSentence, revokedSentence, wasUsedLately } from "./revocation-words";
import { useSwitchApiKey } from "./use-switch-api-key";

export function RevokeApiKeyDialog({
  workspaceSlug,
  apiKey,
  onClose,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  onClose: () => void;
}) {
  const [typing] = useState(() => wasUsedLately(apiKey, new Date()));
  const revoke = useRevokeApiKey(workspaceSlug);
  const [withCreatedKeys, setWithCreatedKeys] = useState(false);
  const live = useCreatedKeys(workspaceSlug, apiKey.id).data?.live ?? 0;
  const { switchKey } = useSwitchApiKey(workspaceSlug);

  function disableInstead() {
    onClose();
    void switchKey(apiKey, "disable");
  }

  return (
    <TypedConfirmDialog
      title={`Revoke ${apiKey.name}?`}
      description={
        <>
          <KeyHint prefix={apiKey.prefix} suffix={apiKey.suffix} />, owned by {apiKey.owner.name}. You can’t
          undo this.
        </>
      }
      expected={typing ? apiKey.name : null}
      label="Type the name to confirm"
      hint={(name) => <>This key was used in the last 7 days. Enter {name}.</>}
      aside={
        apiKey.status === "active" && (
          <Button variant="ghost" onClick={disableInstead} className="sm:mr-auto sm:-ml-3.5">
            Disable instead
          </Button>
        )
      }
      action="Revoke key"
      pendingLabel="Revoking…"
      failureTitle={`Couldn’t confirm that ${apiKey.name} is revoked`}
      onConfirm={() => revoke.mutateAsync({ keyId: apiKey.id, withCreatedKeys })}
      doing={`Revoking ${apiKey.name}`}
      onSuccess={({ key, createdKeys, rejectedEverywhere }) =>
        toast.success(
          `${revokedSentence(key.name, createdKeys)} ${rejectedEverywhereSentence(rejectedEverywhere)}`,
        )
      }
      onDone={onClose}
      onClose={onClose}
    >
      <RecentCallers workspaceSlug={workspaceSlug} apiKey={apiKey} change="revoke" />
      {live > 0 && (
        <Checkbox
          checked={withCreatedKeys}
          onChange={(event) => setWithCreatedKeys(event.target.checked)}
          label={`Also revoke the ${live === 1 ? "key" : `${live.toLocaleString("en-US")} keys`} that it made`}
          hint={`Otherwise ${live === 1 ? "it keeps" : "they keep"} working as now.`}
        />
      )}
    </TypedConfirmDialog>
  );
}
