import { LinkOnHover } from "@/components/ui/link-on-hover";
import { RelativeTime } from "@/components/ui/relative-time";
import { Tag } from "@/components/ui/tag";
import type { KeyCaller } from "@/lib/contracts/key-callers";
import { callerLogHref } from "./caller-log-href";

/** Callers of a key, each on two lines, with bars that compare their requests. Each links to its entries in the access log. */
export function CallerList({
  label,
  workspaceSlug,
  keyId,
  callers,
  most = mostRequests(callers),
}: {
  label: string;
  workspaceSlug: string;
  keyId: string;
  callers: KeyCaller[];
  /** The requests that fill a bar. */
  most?: number;
}) {
  return (
    <ul aria-label={label} className="@container divide-y rounded-control border bg-surface text-sm">
      {callers.map((caller) => (
        <li
          key={[caller.block, caller.client, caller.method, caller.route].join(" ")}
          className="grid @2xl:grid-cols-[minmax(0,1fr)_10rem_11rem] grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-3 py-2"
        >
          <span className="flex min-w-0 items-center gap-2">
            <LinkOnHover
              href={callerLogHref(workspaceSlug, keyId, caller)}
              title="Show in the access logs"
              className="truncate underline-offset-2 hover:underline max-sm:py-1.5"
            >
              <span className="font-mono">{caller.lastIp ?? caller.block ?? "Unknown address"}</span>
              <span className="text-muted"> · {caller.client ?? "Unknown client"}</span>
            </LinkOnHover>
            {caller.isNew && <Tag>New</Tag>}
          </span>
          <Requests caller={caller} />
          <span className="truncate text-muted">
            First<span className="@max-md:sr-only"> seen</span> <RelativeTime at={caller.firstAt} />
            {caller.route !== null && (
              <span className="font-mono">
                {" "}
                · {caller.method} {caller.route}
              </span>
            )}
          </span>
          <span className="@2xl:col-start-3 @2xl:row-start-2 text-right text-muted">
            Last <RelativeTime at={caller.lastAt} />
          </span>
          <Bar caller={caller} most={most} />
        </li>
      ))}
    </ul>
  );
}

export function mostRequests(callers: KeyCaller[]): number {
  return Math.max(1, ...callers.map(({ allowed, denied }) => allowed + denied));
}

function Requests({ caller: { allowed, denied } }: { caller: KeyCaller }) {
  if (allowed + denied === 0)
    return <span className="@2xl:col-start-3 text-right text-muted">No requests</span>;
  return (
    <span className="@2xl:col-start-3 whitespace-nowrap text-right tabular-nums">
      {count(allowed)}
      <span className="@max-md:sr-only"> allowed</span>
      {denied > 0 && <span className="text-bad"> · {count(denied)} denied</span>}
    </span>
  );
}

function Bar({ caller: { allowed, denied }, most }: { caller: KeyCaller; most: number }) {
  const width = (requests: number) => ({ width: `${(requests / most) * 100}%` });
  return (
    <span
      aria-hidden
      className="@2xl:col-span-1 col-span-2 @2xl:col-start-2 @2xl:row-span-2 @2xl:row-start-1 @2xl:mt-0 mt-1.5 flex h-1.5"
    >
      <span className="rounded-xs bg-accent" style={width(allowed)} />
      <span className="rounded-xs bg-bad" style={width(denied)} />
    </span>
  );
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
