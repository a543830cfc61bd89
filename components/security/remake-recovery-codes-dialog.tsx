"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { renewRecoveryCodes } from "@/lib/client/use-two-step";

/** Asks before the codes that somebody has put away are made worthless. */
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
      description={`${left} of your 10 codes ${left === 1 ? "is" : "are"} left. They were shown when they were made, and cannot be shown again.`}
      action="Make new codes"
      pendingLabel="Making…"
      variant="primary"
      doing="Making new recovery codes"
      onConfirm={() => renewRecoveryCodes(queryClient)}
      onDone={onMade}
      staysWhilePending
      onClose={onClose}
    >
      <p>New codes take the place of the old ones, which open nothing from then on.</p>
    </ConfirmDialog>
  );
}
