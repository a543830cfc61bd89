import { clsx } from "clsx";
import type { Column } from "@/components/ui/data-table-column";
import { RelativeTime } from "@/components/ui/relative-time";
import { clientName } from "@/lib/client/client-name";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { isSignIn, requestLine } from "./access-log-words";
import { OutcomeBadge } from "./outcome-badge";

/** A row is one line, and on phones a card of two: outcome, code and time, then request and key. */
export const entryRow =
  "max-sm:grid max-sm:grid-cols-[auto_minmax(0,1fr)_auto_auto] max-sm:items-baseline max-sm:gap-x-2 max-sm:gap-y-1.5 max-sm:pr-12 max-sm:pl-4";
const cell = "max-sm:p-0! sm:whitespace-nowrap";
const hidden = "max-sm:hidden sm:whitespace-nowrap";

const key: Column<AccessLogEntry> = {
  id: "key",
  header: "Key",
  card: `${cell} sm:max-w-40 max-sm:col-span-2 max-sm:col-start-3 max-sm:row-start-2 max-sm:max-w-32 max-sm:text-right max-sm:text-muted`,
  cell: (entry) => <EntrySubject entry={entry} />,
};

const others: Column<AccessLogEntry>[] = [
  {
    id: "request",
    header: "Request",
    card: `${cell} sm:w-full sm:max-w-0 max-sm:col-span-2 max-sm:col-start-1 max-sm:row-start-2`,
    cell: (entry) => (
      <span className={clsx("block truncate", !isSignIn(entry) && "font-mono")} title={requestLine(entry)}>
        {requestLine(entry)}
      </span>
    ),
  },
  {
    id: "address",
    header: "Address",
    cell: ({ ip }) =>
      ip ? (
        <span className="block truncate font-mono" title={ip}>
          {ip}
        </span>
      ) : (
        "—"
      ),
    card: `${hidden} sm:max-w-40`,
    hideBelow: "lg",
  },
  {
    id: "client",
    header: "Client",
    cell: ({ userAgent }) =>
      userAgent ? (
        <span className="block truncate" title={userAgent}>
          {clientName(userAgent)}
        </span>
      ) : (
        "—"
      ),
    card: `${hidden} sm:max-w-36 max-2xl:hidden`,
    width: "max-2xl:hidden",
  },
];

const lead: Column<AccessLogEntry>[] = [
  {
    id: "time",
    header: "Time",
    card: `${cell} max-sm:col-start-4 max-sm:row-start-1 max-sm:text-right max-sm:text-muted`,
    cell: (entry) => <RelativeTime at={entry.at} />,
  },
  {
    id: "outcome",
    header: "Outcome",
    card: `${cell} max-sm:col-start-1 max-sm:row-start-1`,
    cell: (entry) => <OutcomeBadge entry={entry} />,
  },
  {
    id: "code",
    header: "Code",
    card: `${cell} sm:max-w-56 max-sm:col-span-2 max-sm:col-start-2 max-sm:row-start-1`,
    cell: ({ status, code }) => (
      <span className="block truncate font-mono" title={code}>
        <span className="text-muted">{status}</span> {code}
      </span>
    ),
  },
];

export const accessLogColumns: Column<AccessLogEntry>[] = [...lead, key, ...others];

export const signInColumns: Column<AccessLogEntry>[] = [...lead, { ...key, header: "Person" }, ...others];

/** For the page of a single key. */
export const accessLogColumnsWithoutKey: Column<AccessLogEntry>[] = [...lead, ...others];

/** The name of the key, or of the person for a sign-in. */
function EntrySubject({ entry }: { entry: AccessLogEntry }) {
  const name = isSignIn(entry) ? entry.user?.name : entry.key?.name;
  return name ? (
    <span className="block truncate" title={name}>
      {name}
    </span>
  ) : (
    <span className="text-muted">—</span>
  );
}
