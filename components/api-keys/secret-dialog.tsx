"use client";

import { Download } from "lucide-react";
import { type RefObject, useCallback, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { environmentFile, environmentFileName } from "@/lib/client/key-snippets";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import { downloadText } from "./download-text";
import { FirstRequestLine } from "./first-request-line";
import { KeySnippetTabs } from "./key-snippet-tabs";
import type { ProgramSettings } from "./program-settings";
import { useLeaveWarning } from "./use-leave-warning";

/**
 * Shows a key's secret, which is never shown again. Only Done closes it, and leaving the page asks first. The secret must not
 * reach a cache, a URL or a log.
 */
export function SecretDialog({
  workspaceSlug,
  created: { key, secret },
  program,
  lastClient = null,
  returnFocus,
  onDone,
}: {
  workspaceSlug: string;
  created: CreatedApiKey;
  program: ProgramSettings;
  /** The user agent that used the predecessor last, if it replaces a key. */
  lastClient?: string | null;
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
      size="large"
      title="Save your API key"
      description={
        <>
          Key for <strong className="text-text">{key.name}</strong>. Store it where your program keeps its
          secrets.
        </>
      }
      initialFocus={field}
      {...(returnFocus && { returnFocus })}
      footer={
        <>
          <p className="mr-auto text-muted text-sm max-sm:basis-full!">
            You won’t see this key again. If you lose it, rotate it.
          </p>
          <Button variant="primary" onClick={onDone}>
            Done
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        {leaving && <Alert tone="warn">Save the key first, then press Done. You won’t see it again.</Alert>}
        <div className="grid gap-2">
          <CopyField label="API key" value={secret} fieldRef={field} primary />
          <Button
            variant="ghost"
            size="small"
            className="-ml-2.5 justify-self-start"
            icon={<Download aria-hidden className="size-3.5" />}
            onClick={() =>
              downloadText(
                environmentFileName(key.name),
                environmentFile(program.productName, key.name, secret),
              )
            }
          >
            Download .env
          </Button>
        </div>
        <KeySnippetTabs apiBaseUrl={program.apiBaseUrl} secret={secret} lastClient={lastClient} />
        <FirstRequestLine workspaceSlug={workspaceSlug} keyId={key.id} />
      </div>
    </Dialog>
  );
}
