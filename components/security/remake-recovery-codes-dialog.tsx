"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { renewRecoveryCodes } from "@/lib/client/use-two-step";

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
