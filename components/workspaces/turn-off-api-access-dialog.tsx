"use client";

import type { ReactNode } from "react";
import { TypedConfirmDialog } from "@/components/forms/typed-confirm-dialog";
import { useApiAccessUse, useSetApiAccess } from "@/lib/client/change-workspace";
import type { ApiAccessUse, Workspace } from "@/lib/contracts/workspaces";

export function TurnOffApiAccessDialog({
  workspace,
  onOff,
  onClose,
}: {
  workspace: Workspace;
  /** Runs on success, even if the dialog was closed. */
  onOff: () => void;
  onClose: () => void;
}) {
  const use = useApiAccessUse(workspace.slug);
  const setApiAccess = useSetApiAccess(workspace.slug);

  return (
    <TypedConfirmDialog
      title="Turn off API access?"
      description={`Every API key of ${workspace.name} is blocked immediately. Turning it back on restores them.`}
      expected={workspace.name}
      label="Type the workspace name to confirm"
      action="Turn off API access"
      pendingLabel="Turning off…"
      onConfirm={() => setApiAccess.mutateAsync(false)}
      doing="Turning off API access"
      onSuccess={onOff}
      onDone={onClose}
      onClose={onClose}
    >
      {/* Keeps its height while loading, so that nothing jumps. */}
      <p role="status" className="min-h-10">
        {use.data
          ? affectedSentence(use.data)
          : use.error
            ? "How many keys and callers this stops can’t be shown right now."
            : "Counting the keys and callers this stops…"}
      </p>
    </TypedConfirmDialog>
  );
}

function affectedSentence({ activeKeys, callersInLastHour: callers }: ApiAccessUse): ReactNode {
  if (activeKeys === 0) return "No API keys are active.";
  const keys = activeKeys === 1 ? "1 active key stops working." : `${activeKeys} active keys stop working.`;
  if (callers === 0) return `${keys} No one used a key in the last hour.`;
  return (
    <>
      {keys} {callers === 1 ? "1 caller" : `${callers} callers`} used a key in the last hour and will get{" "}
      <code className="whitespace-nowrap font-mono text-sm">403 api_access_disabled</code>.
    </>
  );
}
