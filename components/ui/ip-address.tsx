import { clsx } from "clsx";
import { BreakAfter } from "./break-after";

/** An address that is never broken within a number: a long IPv6 one may wrap after a colon, others not at all. */
export function IpAddress({ ip }: { ip: string }) {
  return (
    <span className={clsx("font-mono", ip.length <= 18 && "whitespace-nowrap")}>
      <BreakAfter text={ip} separator=":" />
    </span>
  );
}
