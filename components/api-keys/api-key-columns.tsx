import type { Column } from "@/components/ui/data-table-column";
import { IpAddress } from "@/components/ui/ip-address";
import { RelativeTime } from "@/components/ui/relative-time";
import { Sparkline } from "@/components/ui/sparkline";
import { Tooltip } from "@/components/ui/tooltip";
import { type ApiKey, permissionLevelLabels } from "@/lib/contracts/api-keys";
import { KeyExpiry } from "./key-expiry";
import { KeyHint } from "./key-hint";
import { KeyStatusBadge } from "./key-status-badge";
import { totalActivity } from "./total-activity";

export const apiKeyColumns: Column<ApiKey>[] = [
  {
    id: "name",
    header: "Name",
    cell: (key) => key.name,
    secondLine: (key) => (
      <>
        {key.environment}
        {/* Only while the Permission column is hidden. */}
        <span className="max-sm:hidden xl:hidden"> · {permissionLevelLabels[key.permissionLevel]}</span>
      </>
    ),
  },
  { id: "key", header: "Key", cell: (key) => <KeyHint prefix={key.prefix} suffix={key.suffix} /> },
  {
    id: "owner",
    header: "Owner",
    cell: (key) => <span className="block min-w-20">{key.owner.name}</span>,
    wide: true,
    hideBelow: "xl",
  },
  {
    id: "permission",
    header: "Permission",
    cell: (key) => <span className="whitespace-nowrap">{permissionLevelLabels[key.permissionLevel]}</span>,
    hideBelow: "xl",
  },
  { id: "last-used", header: "Last used", cell: (key) => <LastUsed apiKey={key} /> },
  {
    id: "expires",
    header: "Expires",
    cell: (key) => <KeyExpiry expiresAt={key.expiresAt} />,
    hideBelow: "lg",
  },
  { id: "status", header: "Status", cell: (key) => <KeyStatusBadge apiKey={key} /> },
];

function LastUsed({ apiKey: { lastUse, activity } }: { apiKey: ApiKey }) {
  if (!lastUse) {
    return (
      <Tooltip
        content="This key has never been used. Revoke it if you don’t need it."
        className="relative z-1"
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be reachable by keyboard. */}
        <span tabIndex={0} className="text-muted">
          Never
        </span>
      </Tooltip>
    );
  }
  return (
    <div className="grid gap-0.5">
      <div className="flex items-center gap-2">
        <RelativeTime at={lastUse.at} />
        <Sparkline
          values={activity.map((hour) => hour.allowed + hour.denied)}
          label={activitySummary(activity)}
        />
      </div>
      {lastUse.ip && (
        <span className="text-muted text-xs">
          <IpAddress ip={lastUse.ip} />
        </span>
      )}
    </div>
  );
}

function activitySummary(activity: ApiKey["activity"]): string {
  const { allowed, denied } = totalActivity(activity);
  if (allowed + denied === 0) return "No requests in the last 24 hours";
  const deniedText = denied === 0 ? "none denied" : `${denied.toLocaleString("en-US")} denied`;
  const requests = (allowed + denied).toLocaleString("en-US");
  return `${requests} ${allowed + denied === 1 ? "request" : "requests"} in the last 24 hours, ${deniedText}`;
}
