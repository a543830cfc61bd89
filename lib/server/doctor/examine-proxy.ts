import { setTimeout as delay } from "node:timers/promises";
import ipaddr from "ipaddr.js";
import type { Pool } from "@/lib/engine/postgres/client";
import { isTrustedProxy } from "@/lib/engine/request/client-address";
import type { Env } from "../env";
import { newId } from "../new-id";
import { type Finding, note, ok, problem, warning } from "./finding";
import { type VisitLimits, visit } from "./visit";

export type AddressFacts = {
  /** The address that the server wrote into its log. */
  seen: string;
  /** The one that we claimed with X-Forwarded-For. */
  claimed: string;
  /** Our own on the connection. Behind NAT it is another than the server sees. */
  own: string;
  trustedProxies: string[];
};

/** An address for documentation (RFC 5737). No host has it. */
const claimed = "192.0.2.77";

/**
 * Sends a request without a key to APP_URL, with a false X-Forwarded-For, and looks up in the access log which address it came from.
 * Leaves one entry there, with the code missing_key.
 */
export async function examineProxy(pool: Pool, env: Env, limits: VisitLimits): Promise<Finding[]> {
  const sent = { "X-Forwarded-For": claimed, "X-Request-Id": newId("req") };
  const answer = await visit(`${env.appUrl}/api/public/v1/me`, limits, sent).catch(() => null);
  // `web.reachable` says why.
  if (answer === null) return [];
  if (answer.status !== 401) throw new Error(`a request without a key got ${answer.status} instead of 401`);
  // A proxy may have replaced ours.
  const requestId = String(answer.headers["x-request-id"] ?? "");
  const seen = await findLoggedAddress(pool, requestId, limits.signal);
  const { localAddress: own } = answer;
  return [judgeAddress({ seen, claimed, own, trustedProxies: env.trustedProxies })];
}

/** Entries are copied into the log four times a second. */
async function findLoggedAddress(pool: Pool, requestId: string, signal: AbortSignal): Promise<string> {
  while (!signal.aborted) {
    const { rows } = await pool.query<{ ip: string }>(
      `SELECT host(ip) AS ip FROM access_log.entries
       WHERE request_id = $1 AND at > clock_timestamp() - interval '1 minute' AND ip IS NOT NULL`,
      [requestId],
    );
    if (rows[0]) return rows[0].ip;
    await delay(100);
  }
  throw new Error("the request didn't appear in the access log of this database");
}

export function judgeAddress({ seen, claimed, own, trustedProxies }: AddressFacts): Finding {
  const id = "proxy.address";
  const isOwnTrusted = isTrustedProxy(own, trustedProxies);
  if (seen === claimed) {
    if (!isOwnTrusted)
      return problem(
        id,
        `The server believed a false X-Forwarded-For from ${own}: anyone can claim any address.`,
      );
    return ok(
      id,
      `This machine (${own}) counts as a proxy, so the server believes the addresses it names. Run this from another machine to test what others can claim.`,
    );
  }
  if (sameAddress(seen, own)) return ok(id, `The server sees this machine at ${seen}.`);
  if (isTrustedProxy(seen, trustedProxies)) {
    if (isOwnTrusted) return ok(id, `The server sees this machine at ${seen}, a trusted address.`);
    return warning(
      id,
      `The server sees the trusted proxy ${seen} instead of this machine (${own}): the proxy doesn't say for whom it asks.`,
      "Let the proxy set X-Forwarded-For to the client's address.",
    );
  }
  if (isPrivate(seen) && !isOwnTrusted)
    return warning(
      id,
      `The server sees this machine (${own}) at ${seen}. If that is a proxy, all clients share its address.`,
      `If ${seen} is your proxy, add it to TRUSTED_PROXIES.`,
    );
  return note(
    id,
    `The server sees this machine at ${seen}.`,
    "Make sure that this is your address on the internet.",
  );
}

function sameAddress(one: string, other: string): boolean {
  return ipaddr.isValid(one) && ipaddr.isValid(other)
    ? ipaddr.process(one).toString() === ipaddr.process(other).toString()
    : one === other;
}

function isPrivate(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() !== "unicast";
}
