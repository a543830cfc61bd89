import { BreakAfter } from "./break-after";

/** An IP address. A long IPv6 address may wrap after a colon, others don't wrap. */
export function IpAddress({ ip }: { ip: string }) {
  // A `<wbr>` would wrap even with `white-space: nowrap`.
  if (ip.length <= 18) return <span className="whitespace-nowrap font-mono">{ip}</span>;
  return (
    <span className="font-mono">
      <BreakAfter text={ip} separator=":" />
    </span>
  );
}
