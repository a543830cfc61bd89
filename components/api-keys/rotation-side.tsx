"use client";

import Link from "next/link";
import { BarChart } from "@/components/ui/bar-chart";
import { formatIn } from "@/components/ui/format-in";
import { useAlive, useLocale, useTimeZone } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import type { KeyReference } from "@/lib/contracts/api-keys";
import type { KeyCaller } from "@/lib/contracts/key-callers";
import { type ActivityBucket, bucketHours } from "./activity-buckets";
import { CallerList } from "./caller-list";
import { KeyHint } from "./key-hint";
import { totalActivity } from "./total-activity";

export type Hour = { start: string; allowed: number; denied: number };

const shownCallers = 5;
const mostBars = 48;
const series = [
  { id: "allowed", label: "Allowed", tone: "accent" },
  { id: "denied", label: "Denied", tone: "bad" },
] as const;

/** The hours of one key as bars, few enough to be read side by side with the other key's. */
export function rotationBars(hours: Hour[]): ActivityBucket[] {
  return bucketHours(hours, Math.ceil(hours.length / mostBars));
}

/** One key of a rotation: its requests over time and its callers. */
export function RotationSide({
  title,
  workspaceSlug,
  hint,
  href,
  bars,
  highest,
  callers,
  noCallers,
  note,
}: {
  title: string;
  workspaceSlug: string;
  hint: KeyReference;
  href?: string;
  bars: ActivityBucket[] | undefined;
  /** The top of both keys' charts, so that they can be compared. */
  highest: number;
  callers: KeyCaller[] | undefined;
  noCallers: string;
  note?: string | undefined;
}) {
  const key = <KeyHint prefix={hint.prefix} suffix={hint.suffix} />;
  return (
    <div className="grid min-w-0 content-start gap-3">
      <h3 className="min-w-0">
        <span className="font-medium">{title}</span>{" "}
        {href ? (
          <Link href={href} className="underline decoration-line underline-offset-4 hover:decoration-current">
            {key}
          </Link>
        ) : (
          key
        )}
      </h3>
      {bars && callers ? (
        <>
          <Bars title={title} bars={bars} highest={highest} />
          <Callers
            title={title}
            workspaceSlug={workspaceSlug}
            keyId={hint.id}
            callers={callers}
            noCallers={noCallers}
          />
          {note && <p className="text-muted text-sm">{note}</p>}
        </>
      ) : (
        <>
          <Skeleton className="h-37 w-full" />
          <Skeleton className="h-9 w-full" />
        </>
      )}
    </div>
  );
}

function Bars({ title, bars, highest }: { title: string; bars: ActivityBucket[]; highest: number }) {
  const spans = formatIn(useTimeZone(), spanOptions, useLocale());
  const alive = useAlive();
  const { allowed, denied } = totalActivity(bars);
  const total = allowed + denied;
  return (
    <BarChart
      title={`${total.toLocaleString("en-US")} ${total === 1 ? "request" : "requests"} with the ${title.toLowerCase()}`}
      series={series}
      bars={bars.map((bar) => ({
        id: bar.start,
        // Node.js and browsers space a range differently.
        label: alive ? spans.formatRange(new Date(bar.start), new Date(bar.end)) : bar.start,
        values: { allowed: bar.allowed, denied: bar.denied },
      }))}
      axis={[agoOf(bars), "now"]}
      ticks={[0, highest]}
      height={80}
    />
  );
}

function Callers({
  title,
  workspaceSlug,
  keyId,
  callers,
  noCallers,
}: {
  title: string;
  workspaceSlug: string;
  keyId: string;
  callers: KeyCaller[];
  noCallers: string;
}) {
  if (callers.length === 0)
    return <p className="rounded-control border px-3 py-1.5 text-muted text-sm">{noCallers}</p>;
  return (
    <>
      <p className="text-muted text-sm">Requests since the rotation</p>
      <CallerList
        label={`Callers of the ${title.toLowerCase()}`}
        workspaceSlug={workspaceSlug}
        keyId={keyId}
        callers={callers.slice(0, shownCallers)}
      />
      {callers.length > shownCallers && (
        <p className="text-muted text-sm">
          And {(callers.length - shownCallers).toLocaleString("en-US")} more with fewer requests.
        </p>
      )}
    </>
  );
}

function agoOf(bars: ActivityBucket[]): string {
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last) return "";
  const hours = Math.round((Date.parse(last.end) - Date.parse(first.start)) / 3_600_000);
  return hours < 48 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`;
}

const spanOptions: Intl.DateTimeFormatOptions = {
  weekday: "short",
  hour: "numeric",
  minute: "2-digit",
};
