"use client";

import { Button } from "@/components/ui/button";
import { RelativeTime, useAlive } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { keyActions, type Viewer } from "@/lib/client/key-rights";
import { useRotationUse } from "@/lib/client/use-rotation-use";
import type { ApiKey, KeyReference } from "@/lib/contracts/api-keys";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { keyHref } from "./key-links";
import { keyDialog } from "./load-dialogs";
import { rotationEvidence } from "./rotation-evidence";
import { RotationSentence } from "./rotation-sentence";
import { RotationSide, rotationBars } from "./rotation-side";

/** The rotation of a key, on the old key's page: both keys with their callers, and whether the old one can go. */
export function RotationSection({
  workspaceSlug,
  viewer,
  apiKey,
  successor,
  rotatedAt,
  onDialog,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  apiKey: ApiKey;
  successor: KeyReference;
  rotatedAt: string;
  onDialog: (name: ApiKeyDialogName) => void;
}) {
  const { data: use, trouble } = useRotationUse(workspaceSlug, apiKey.id);
  const may = keyActions(viewer, apiKey);
  const evidence = use && !trouble ? rotationEvidence(use, rotatedAt) : null;
  const oldBars = use && rotationBars(use.hours.map(({ start, oldKey }) => ({ start, ...oldKey })));
  const newBars = use && rotationBars(use.hours.map(({ start, newKey }) => ({ start, ...newKey })));
  const highest = Math.max(
    1,
    ...[...(oldBars ?? []), ...(newBars ?? [])].map(({ allowed, denied }) => allowed + denied),
  );
  return (
    <Section
      title="Rotation"
      description={<OldKeyEnd expiresAt={apiKey.expiresAt} />}
      footer={
        may.moveRotation && (
          <>
            <Button onClick={() => onDialog("cancel-rotation")} variant="ghost" {...keyDialog.preloads}>
              Cancel rotation
            </Button>
            {apiKey.status !== "expired" && (
              <Button onClick={() => onDialog("extend-overlap")} {...keyDialog.preloads}>
                Extend
              </Button>
            )}
            <Button
              variant={evidence?.isQuiet ? "primary" : "secondary"}
              onClick={() => onDialog("revoke")}
              {...keyDialog.preloads}
            >
              Finish now
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-5">
        <p role="status" className="flex min-h-5 items-start gap-2.5">
          {trouble ? (
            troubleText[trouble]
          ) : use && evidence ? (
            <RotationSentence use={use} evidence={evidence} />
          ) : (
            <Skeleton className="h-5 w-72 max-w-full" />
          )}
        </p>
        {(use || !trouble) && (
          <div className="grid gap-x-8 gap-y-5 md:grid-cols-2">
            <RotationSide
              title="Old key"
              workspaceSlug={workspaceSlug}
              hint={apiKey}
              bars={oldBars}
              highest={highest}
              callers={use?.stillOnOldKey}
              noCallers={use?.moved ? "No caller is left." : "No callers since the rotation."}
              note={use?.moved ? movedText(use.moved) : undefined}
            />
            <RotationSide
              title="New key"
              workspaceSlug={workspaceSlug}
              hint={successor}
              href={keyHref(workspaceSlug, successor.id)}
              bars={newBars}
              highest={highest}
              callers={use?.onNewKey}
              noCallers="No callers yet."
            />
          </div>
        )}
      </div>
    </Section>
  );
}

const troubleText = {
  unreachable: "Can’t reach the server, so what is shown may be out of date.",
  failed: "Can’t show the callers of both keys right now.",
};

function movedText(callers: number): string {
  return callers === 1 ? "1 caller has moved." : `${callers.toLocaleString("en-US")} callers have moved.`;
}

function OldKeyEnd({ expiresAt }: { expiresAt: string | null }) {
  const alive = useAlive();
  if (!expiresAt) return "The old key works until you finish the rotation.";
  const isOver = alive && Date.parse(expiresAt) <= Date.now();
  return (
    <>
      The old key {isOver ? "stopped working" : "stops working"} <RelativeTime at={expiresAt} />.
    </>
  );
}
