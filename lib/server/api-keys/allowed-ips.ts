import ipaddr from "ipaddr.js";

/** Whether every address of `inner` is also one of `outer`. An empty list is every address there is. */
export function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  if (outer.length === 0) return true;
  if (inner.length === 0) return false;
  return inner.every((block) => outer.some((around) => contains(around, block)));
}

function contains(outer: string, inner: string): boolean {
  const [outerAddress, outerBits] = parse(outer);
  const [innerAddress, innerBits] = parse(inner);
  return outerAddress.kind() === innerAddress.kind() && innerBits >= outerBits && innerAddress.match(outerAddress, outerBits);
}

function parse(block: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (block.includes("/")) return ipaddr.parseCIDR(block);
  const address = ipaddr.parse(block);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
