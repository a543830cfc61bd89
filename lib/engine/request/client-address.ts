import ipaddr from "ipaddr.js";

type Block = [ipaddr.IPv4 | ipaddr.IPv6, number];

const blocks = new Map<string, Block | null>();

/** Results under one list of trusted proxies. Bounded, because clients can send any header. */
type AddressCache = {
  peers: Map<string | undefined, Peer>;
  /** The client's address in an X-Forwarded-For from a trusted proxy. Null when there is none. */
  clients: Map<string, string | null>;
};
/** The other end of a socket. */
type Peer = { address: string; isTrusted: boolean };
const caches = new WeakMap<string[], AddressCache>();
const cacheLimit = 10_000;
/** Longer X-Forwarded-For values are not cached, so that clients can't fill memory. */
const cachedLength = 100;

/** Whether an address is in a block (`203.0.113.0/24`) or equals an address. An IPv4-mapped IPv6 address counts as IPv4. */
export function addressMatches(address: string, block: string): boolean {
  const parsedBlock = parseBlock(block);
  if (!parsedBlock || !isAddress(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === parsedBlock[0].kind() && parsed.match(parsedBlock);
}

/**
 * The client's address (docs/http-api.md, 8): the socket's, unless that is a trusted proxy; then the right-most untrusted address in X-Forwarded-For.
 * Nothing else is trusted, because clients can send any header.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: string[],
): string {
  const { peers, clients } = cacheFor(trustedProxies);
  const peer = peers.get(socketAddress) ?? readPeer(socketAddress, trustedProxies, peers);
  if (!forwardedFor || !peer.isTrusted) return peer.address;
  let client = clients.get(forwardedFor);
  if (client === undefined) {
    client = readForwardedFor(forwardedFor, trustedProxies);
    // Copy the text: a substring would keep the whole request in memory.
    if (forwardedFor.length <= cachedLength) remember(clients, Buffer.from(forwardedFor).toString(), client);
  }
  return client ?? peer.address;
}

/** Whether a socket's address is one of the trusted proxies. */
export function isTrustedProxy(socketAddress: string | undefined, trustedProxies: string[]): boolean {
  const { peers } = cacheFor(trustedProxies);
  return (peers.get(socketAddress) ?? readPeer(socketAddress, trustedProxies, peers)).isTrusted;
}

function readPeer(
  socketAddress: string | undefined,
  trustedProxies: string[],
  peers: AddressCache["peers"],
): Peer {
  const address = normalize(socketAddress ?? "");
  // A closed socket has no address, and is not trusted.
  const peer = {
    address: address ?? "0.0.0.0",
    isTrusted: address !== null && isTrusted(address, trustedProxies),
  };
  remember(peers, socketAddress, peer);
  return peer;
}

function readForwardedFor(forwardedFor: string, trustedProxies: string[]): string | null {
  let client: string | null = null;
  for (const hop of forwardedFor.split(",").reverse()) {
    const address = normalize(hop.trim());
    // We don't know who wrote this, so don't trust what is left of it.
    if (!address) return client;
    client = address;
    if (!isTrusted(address, trustedProxies)) return client;
  }
  return client;
}

/** The address by which limits count: for IPv6 the /64, which belongs to one client. */
export function addressBucket(address: string): string {
  if (!address.includes(":") || !ipaddr.IPv6.isValid(address)) return address;
  const parts = ipaddr.IPv6.parse(address).parts.slice(0, 4);
  return `${parts.map((part) => part.toString(16)).join(":")}::/64`;
}

function cacheFor(trustedProxies: string[]): AddressCache {
  let found = caches.get(trustedProxies);
  if (!found) {
    found = { peers: new Map(), clients: new Map() };
    caches.set(trustedProxies, found);
  }
  return found;
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  if (map.size >= cacheLimit) map.clear();
  map.set(key, value);
}

function isTrusted(address: string, trustedProxies: string[]): boolean {
  return trustedProxies.some((block) => addressMatches(address, block));
}

/** An address without port and zone. IPv4-mapped IPv6 becomes IPv4. */
function normalize(text: string): string | null {
  const bare = text
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "");
  if (!isAddress(bare)) return null;
  return ipaddr.process(bare).toString();
}

/**
 * An IPv6 address as PostgreSQL prints it, so that a line of the log can be compared with its row. It differs from RFC 5952 in one place:
 * the last four bytes of `::1.2.3.4` are decimal.
 */
export function printedAddress(text: string): string {
  if (!text.includes(":") || !ipaddr.IPv6.isValid(text)) return text;
  const address = ipaddr.IPv6.parse(text);
  const { parts } = address;
  const end = `${(parts[6] as number) >> 8}.${(parts[6] as number) & 255}.${(parts[7] as number) >> 8}.${(parts[7] as number) & 255}`;
  if (address.isIPv4MappedAddress()) return `::ffff:${end}`;
  return parts.slice(0, 6).every((part) => part === 0) && parts[6] !== 0 ? `::${end}` : address.toString();
}

/** IPv4 only as four decimal parts: programs disagree on what `010.0.0.1`, `0x7f.1` and `10` mean. */
function isAddress(text: string): boolean {
  return text.includes(":") ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text);
}

/** Whether a text is an address, or a block such as `203.0.113.0/24`. */
export function isAddressBlock(text: string): boolean {
  const [address = "", ...bits] = text.split("/");
  return isAddress(address) && (bits.length === 0 || ipaddr.isValidCIDR(text));
}

/** Cached, because blocks (settings and allowlists) are few and are needed for every decision. */
export function parseBlock(text: string): Block | null {
  const known = blocks.get(text);
  if (known !== undefined) return known;
  const parsed = isAddressBlock(text) ? parseUncached(text) : null;
  if (blocks.size > 10_000) blocks.clear();
  blocks.set(text, parsed);
  return parsed;
}

function parseUncached(text: string): Block {
  const [address, bits] = text.includes("/") ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), null];
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && (bits ?? 128) >= 96) {
    return [address.toIPv4Address(), (bits ?? 128) - 96];
  }
  return [address, bits ?? (address.kind() === "ipv4" ? 32 : 128)];
}
