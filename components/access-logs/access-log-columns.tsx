import { BreakAfter } from "@/components/ui/break-after";
import type { Column } from "@/components/ui/data-table-column";
import { IpAddress } from "@/components/ui/ip-address";
import { RelativeTime } from "@/components/ui/relative-time";
import { clientName } from "@/lib/client/client-name";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { isSignIn, requestLine } from "./access-log-words";
import { OutcomeBadge } from "./outcome-badge";

const key: Column<AccessLogEntry> = {
  id: "key",
  header: "Key",
  wide: true,
  cell: (entry) => <EntrySubject entry={entry} />,
};

const others: Column<AccessLogEntry>[] = [
  {
    id: "request",
    header: "Request",
    wide: true,
    cell: (entry) => (isSignIn(entry) ? requestLine(entry) : <RequestLine text={requestLine(entry)} />),
  },
  {
    id: "address",
    header: "Address",
    cell: (entry) => (entry.ip ? <IpAddress ip={entry.ip} /> : "—"),
    hideBelow: "lg",
  },
  {
    id: "client",
    header: "Client",
    cell: (entry) => (entry.userAgent ? <ClientName userAgent={entry.userAgent} /> : "—"),
    hideBelow: "xl",
  },
];

const lead: Column<AccessLogEntry>[] = [
  { id: "time", header: "Time", cell: (entry) => <RelativeTime at={entry.at} /> },
  { id: "outcome", header: "Outcome", cell: (entry) => <OutcomeBadge entry={entry} /> },
  {
    id: "code",
    header: "Code",
    cell: ({ status, code }) => (
      <span className="font-mono">
        <span className="text-muted">{status}</span> <BreakAfter text={code} separator="_" />
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
    <span className="line-clamp-2 wrap-anywhere lg:min-w-20">{name}</span>
  ) : (
    <span className="text-muted">—</span>
  );
}

function RequestLine({ text }: { text: string }) {
  return (
    <span className="line-clamp-2 font-mono xl:min-w-42 [overflow-wrap:anywhere]">
      <BreakAfter text={text} separator="/" />
    </span>
  );
}

function ClientName({ userAgent }: { userAgent: string }) {
  return (
    <span className="block truncate sm:max-w-36" title={userAgent}>
      {clientName(userAgent)}
    </span>
  );
}
