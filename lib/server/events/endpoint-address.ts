import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { addressMatches } from "@/lib/engine/request/client-address";
import { runtime } from "../runtime";

/** Why an endpoint isn't called. Its message is shown to the people who manage the subscription. */
export class EndpointRefused extends Error {}

const longestLookupMs = 5_000;

/**
 * The addresses that a host name leads to now, all of which may be called; the one to call comes first.
 * @throws EndpointRefused if the name can't be found, or if one of its addresses isn't public and not in WEBHOOK_ALLOW_CIDRS. One is
 * enough: a name with a public and a private address is how a check is passed and another address called.
 */
export async function findEndpointAddresses(hostname: string): Promise<string[]> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const found = ipaddr.isValid(host) ? [{ address: host }] : await resolve(host);
  if (found.length === 0) throw new EndpointRefused(`The host ${host} has no address.`);
  const refused = found.find(({ address }) => !mayCall(address));
  if (refused)
    throw new EndpointRefused(`The host ${host} has the address ${refused.address}, which isn’t public.`);
  // IPv4 first: many servers have no way to IPv6 addresses.
  return found.map(({ address }) => address).sort((one, other) => isIP(one) - isIP(other));
}

async function resolve(host: string): Promise<{ address: string }[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new EndpointRefused(`Looking up the host ${host} took too long.`)),
      longestLookupMs,
    );
  });
  try {
    return await Promise.race([lookUp(host), late]);
  } catch (error) {
    if (error instanceof EndpointRefused) throw error;
    throw new EndpointRefused(`The host ${host} can’t be found.`);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks DNS_SERVERS if they are set, otherwise the system. */
async function lookUp(host: string): Promise<{ address: string }[]> {
  const { dnsServers } = runtime().env;
  if (dnsServers.length === 0) return lookup(host, { all: true });
  const resolver = new Resolver({ timeout: longestLookupMs / 2, tries: 2 });
  resolver.setServers(dnsServers);
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return answers
    .flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []))
    .map((address) => ({ address }));
}

/**
 * Whether an address is public or allowed. ipaddr.js names the ranges of the IANA registries; only `unicast` is public. An IPv4 address
 * inside an IPv6 one (mapped, 6to4, NAT64, Teredo) has a range of its own and is refused, except mapped ones, which are judged as
 * the IPv4 address they are.
 */
export function mayCall(address: string): boolean {
  if (runtime().env.webhookAllowCidrs.some((block) => addressMatches(address, block))) return true;
  return ipaddr.process(address).range() === "unicast";
}
