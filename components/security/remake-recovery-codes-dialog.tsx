"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { remakeRecoveryCodes } from "@/lib/client/use-two-step";

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
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function make() {
    if (pending) return;
    setPending(true);
    setError(null);
    try {
      onMade(await remakeRecoveryCodes(queryClient));
    } catch (thrown) {
      setError(thrown);
      setPending(false);
    }
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="small"
      title="Recovery codes"
      description={`${left} of your 10 codes ${left === 1 ? "is" : "are"} left. They were shown when they were made, and cannot be shown again.`}
      onSubmit={make}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending} pendingLabel="Making…">
            Make new codes
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {error !== null && !wasNotConfirmed(error) && <Alert>{errorMessage(error)}</Alert>}
        <p>New codes take the place of the old ones, which open nothing from then on.</p>
      </div>
    </Dialog>
  );
}
