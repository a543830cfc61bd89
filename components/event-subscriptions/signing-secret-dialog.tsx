"use client";

import { type ReactNode, type RefObject, useCallback, useRef, useState } from "react";
import { useLeaveWarning } from "@/components/api-keys/use-leave-warning";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { standardForm } from "@/lib/client/signing-secret";
import { EventsGuide } from "./events-guide";

/**
 * Shows a signing secret, which is never shown again. Only Done closes it, and leaving the page asks first. The secret must not
 * reach a cache, a URL or a log.
 */
export function SigningSecretDialog({
  secret,
  description,
  returnFocus,
  onDone,
}: {
  secret: string;
  description: ReactNode;
  /** By default the focus returns to where it was. */
  returnFocus?: RefObject<HTMLButtonElement | null>;
  onDone: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [leaving, setLeaving] = useState(false);
  useLeaveWarning(
    true,
    useCallback(() => setLeaving(true), []),
  );

  return (
    <Dialog
      open
      onOpenChange={onDone}
      dismissible={false}
      title="Save the signing secret"
      description={description}
      initialFocus={field}
      {...(returnFocus && { returnFocus })}
      footer={
        <>
          <p className="mr-auto text-muted text-sm max-sm:basis-full!">
            You won’t see it again. If you lose it, change it.
          </p>
          <Button variant="primary" onClick={onDone}>
            Done
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        {leaving && (
          <Alert tone="warn">Save the secret first, then press Done. You won’t see it again.</Alert>
        )}
        <CopyField label="Signing secret" value={secret} fieldRef={field} primary />
        <CopyField label="For Standard Webhooks libraries" value={standardForm(secret)} />
        <p>
          <EventsGuide />
        </p>
      </div>
    </Dialog>
  );
}
