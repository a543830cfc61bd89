"use client";

import { CircleCheck, Hourglass } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { IpAddress } from "@/components/ui/ip-address";
import { RelativeTime, useAlive } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { Sparkline } from "@/components/ui/sparkline";
import { clientName } from "@/lib/client/client-name";
import { useLiveActivity } from "@/lib/client/use-live-activity";
import type { ApiKey, ApiKeyActivity, ApiKeyCaller, KeyReference } from "@/lib/contracts/api-keys";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { KeyHint } from "./key-hint";
import { keyHref } from "./key-links";
import { keyActions, type Viewer } from "./key-rights";
import { keyDialog } from "./load-dialogs";
import { type OldKeyUse, oldKeyUse } from "./rotation-evidence";

const shownHours = 24;
const shownCallers = 5;

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
  const before = useLiveActivity(workspaceSlug, apiKey.id);
  const after = useLiveActivity(workspaceSlug, successor.id);
  const may = keyActions(viewer, apiKey);
  const use = before.data && !before.trouble ? oldKeyUse(before.data, rotatedAt) : null;
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
              variant={use?.isQuiet ? "primary" : "secondary"}
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
          {before.trouble ? (
            "Can’t reach the server, so what is shown may be out of date."
          ) : use ? (
            <Evidence use={use} />
          ) : (
            <Skeleton className="h-5 w-72 max-w-full" />
          )}
        </p>
        <div className="grid gap-x-8 gap-y-5 md:grid-cols-2">
          <Side title="Old key" hint={apiKey} activity={before.data} since={rotatedAt} />
          <Side
            title="New key"
            hint={successor}
            href={keyHref(workspaceSlug, successor.id)}
            activity={after.data}
            since={rotatedAt}
          />
        </div>
      </div>
    </Section>
  );
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

function Evidence({ use }: { use: OldKeyUse }) {
  if (use.isQuiet)
    return (
      <>
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
        <span>No request with the old key for {use.quietMinutes} minutes. It’s safe to finish.</span>
      </>
    );
  return (
    <>
      <Hourglass aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <span>
        {use.lastAt ? (
          <>
            Last request with the old key: <RelativeTime at={use.lastAt} />. Give its callers the new key
            first.
          </>
        ) : (
          "No request with the old key since the rotation. Wait until 30 minutes have passed to be sure."
        )}
      </span>
    </>
  );
}

function Side({
  title,
  hint,
  href,
  activity,
  since,
}: {
  title: string;
  hint: { prefix: string; suffix: string };
  href?: string;
  activity: ApiKeyActivity | undefined;
  since: string;
}) {
  const callers = activity?.callers.filter(({ lastAt }) => lastAt >= since) ?? [];
  const hours = activity?.hours.slice(-shownHours).map(({ allowed, denied }) => allowed + denied) ?? [];
  const key = <KeyHint prefix={hint.prefix} suffix={hint.suffix} />;
  return (
    <div className="grid min-w-0 content-start gap-2">
      <div className="flex items-center justify-between gap-3">
        <h3 className="min-w-0">
          <span className="font-medium">{title}</span>{" "}
          {href ? (
            <Link
              href={href}
              className="underline decoration-line underline-offset-4 hover:decoration-current"
            >
              {key}
            </Link>
          ) : (
            key
          )}
        </h3>
        {activity && (
          <Sparkline values={hours} label={`${title}: ${sum(hours)} requests in the last 24 hours`} />
        )}
      </div>
      {!activity ? (
        <Skeleton className="h-9 w-full" />
      ) : callers.length === 0 ? (
        <p className="rounded-control border px-3 py-1.5 text-muted text-sm">No callers since the rotation</p>
      ) : (
        <ul
          aria-label={`Callers of the ${title.toLowerCase()}`}
          className="divide-y rounded-control border text-sm"
        >
          {callers.slice(0, shownCallers).map((caller) => (
            <CallerRow key={`${caller.ip} ${caller.userAgent}`} caller={caller} />
          ))}
        </ul>
      )}
      {callers.length > shownCallers && (
        <p className="text-muted text-sm">And {callers.length - shownCallers} more.</p>
      )}
    </div>
  );
}

function CallerRow({ caller: { ip, userAgent, lastAt } }: { caller: ApiKeyCaller }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 px-3 py-1.5">
      <span className="truncate">
        {ip ? <IpAddress ip={ip} /> : "unknown address"}
        <span className="text-muted"> · {clientName(userAgent)}</span>
      </span>
      <span className="text-muted">
        <RelativeTime at={lastAt} />
      </span>
    </li>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
