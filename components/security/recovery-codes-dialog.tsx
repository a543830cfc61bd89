"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { downloadText } from "@/components/api-keys/download-text";
import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { renewRecoveryCodes } from "@/lib/client/change-two-step";

/** Shows recovery codes, which are never shown again. Only Done closes it. */
export function RecoveryCodesDialog({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const text = codes.join("\n");
  return (
    <Dialog
      open
      onOpenChange={onDone}
      dismissible={false}
      title="Save your recovery codes"
      description="Each code signs you in once if you lose your phone or your passkeys. Keep them where you keep your passwords."
      footer={
        <>
          <p className="mr-auto text-muted text-sm max-sm:basis-full!">You won’t see these codes again.</p>
          <Button variant="primary" onClick={onDone}>
            Done
          </Button>
        </>
      }
    >
      <div className="grid gap-2">
        <CodeBlock label="Recovery codes" code={text} />
        <Button
          variant="ghost"
          size="small"
          className="-ml-2.5 justify-self-start"
          icon={<Download aria-hidden className="size-3.5" />}
          onClick={() => downloadText("recovery-codes.txt", `${text}\n`)}
        >
          Download
        </Button>
      </div>
    </Dialog>
  );
}

export function RemakeRecoveryCodesDialog({
  left,
  onMade,
  onClose,
}: {
  left: number;
  onMade: (codes: string[]) => void;
  onClose: () => void;
}) {
  const queryClient = useQueryClient();
  return (
    <ConfirmDialog
      title="Recovery codes"
      description={`${left} of your 10 codes ${left === 1 ? "is" : "are"} left. They can’t be shown again.`}
      action="Create new codes"
      pendingLabel="Creating…"
      variant="primary"
      doing="Creating new recovery codes"
      onConfirm={() => renewRecoveryCodes(queryClient)}
      onDone={onMade}
      staysWhilePending
      onClose={onClose}
    >
      <p>New codes replace the old ones, which stop working immediately.</p>
    </ConfirmDialog>
  );
}
