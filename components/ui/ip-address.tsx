import { BreakAfter } from "./break-after";

/** An address that is never broken within a number: a long IPv6 one may wrap after a colon, others not at all. */
export function IpAddress({ ip }: { ip: string }) {
  // A place to break at would be taken even where white space may not wrap.
  if (ip.length <= 18) return <span className="whitespace-nowrap font-mono">{ip}</span>;
  return (
    <span className="font-mono">
      <BreakAfter text={ip} separator=":" />
    </span>
  );
}
