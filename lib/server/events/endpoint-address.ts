import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { addressMatches } from "@/lib/engine/request/client-address";
import { runtime } from "../runtime";

/** Why an endpoint isn't called. Its message is shown to the people who manage the subscription. */
export class EndpointRefused extends Error {}
/** Its name has no address now. It can have one later. */
export class EndpointUnknown extends EndpointRefused {}

const longestLookupMs = 5_000;

/**
 * The addresses that a host name leads to now, all of which may be called; the one to call comes first.
 * @throws EndpointRefused if the name can't be found, or if one of its addresses isn't public and not in WEBHOOK_ALLOW_CIDRS. One is
 * enough: a name with a public and a private address is how a check is passed and another address called.
 */
export async function findEndpointAddresses(hostname: string): Promise<string[]> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const found = ipaddr.isValid(host) ? [ipaddr.parse(host).toString()] : await lookUp(host);
  const refused = found.find((address) => !mayCall(address));
  if (refused && ipaddr.isValid(host)) throw new EndpointRefused(`The address ${refused} isn’t public.`);
  if (refused) {
    runtime().log.debug({ host, address: refused }, "an endpoint's host has an address that isn't public");
    throw new EndpointRefused(refusedName(host));
  }
  // IPv4 first: many servers have no way to IPv6 addresses.
  return found.sort((one, other) => isIP(one) - isIP(other));
}

/**
 * Asks DNS_SERVERS if they are set, otherwise the hosts file and the system's DNS servers. Not getaddrinfo: it runs in the few threads
 * of the process, and two names whose servers don't answer would hold up every other look-up, the database's included.
 */
async function lookUp(host: string): Promise<string[]> {
  const { dnsServers } = runtime().env;
  const resolver = new Resolver({ timeout: longestLookupMs / 2, tries: 2 });
  if (dnsServers.length > 0) resolver.setServers(dnsServers);
  else {
    const named = await findInHostsFile(host);
    if (named.length > 0) return named;
  }
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    // Ends both look-ups. What one of them has found is used.
    resolver.cancel();
  }, longestLookupMs);
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  clearTimeout(timer);
  const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (found.length > 0) return found;
  isLate ||= answers.some((answer) => answer.status === "rejected" && answer.reason.code === "ETIMEOUT");
  throw new EndpointUnknown(isLate ? `Looking up the host ${host} took too long.` : refusedName(host));
}

/** The same for unknown names and internal ones: the answer must not tell which names and addresses exist in the operator's network. */
function refusedName(host: string): string {
  return `The host ${host} can’t be found, or isn’t public.`;
}

async function findInHostsFile(host: string): Promise<string[]> {
  const text = await readFile("/etc/hosts", "utf8").catch(() => "");
  const name = host.toLowerCase().replace(/\.$/, "");
  return text.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().toLowerCase().split(/\s+/);
    return ipaddr.isValid(address) && names.includes(name) ? [address] : [];
  });
}

const globalUnicast = ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number];

/**
 * Whether an address is public or allowed. ipaddr.js names the ranges of the IANA registries; only `unicast` is public, and of IPv6
 * only what is allocated to it. An IPv4 address inside an IPv6 one (6to4, NAT64, Teredo, compatible, ISATAP) is refused, except a
 * mapped one, which is judged as the IPv4 address that it is.
 */
export function mayCall(given: string): boolean {
  // Without an IPv4 part: ipaddr.js reads `::8.8.8.8` as `::ffff:8.8.8.8`, which is another address.
  const address = isIP(given) === 6 ? new URL(`https://[${given}]`).hostname.slice(1, -1) : given;
  if (runtime().env.webhookAllowCidrs.some((block) => addressMatches(address, block))) return true;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || (parsed.match(globalUnicast) && !isIsatap(parsed));
}

/** RFC 5214: the IPv4 address follows 0000:5efe or 0200:5efe. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return parts[5] === 0x5efe && ((parts[4] as number) & ~0x0200) === 0;
}
