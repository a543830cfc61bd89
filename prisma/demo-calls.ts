import { randomUUID } from "node:crypto";
import type { DecisionCode } from "@/lib/contracts/access-logs";
import { publicErrorCodes } from "@/lib/contracts/error-codes";
import { encodeLine, type NewEntry } from "@/lib/engine/log/entry-line";
import { timestampText } from "@/lib/engine/log/timestamp";
import { PostgresLog } from "@/lib/engine/postgres/log-store";
import { newId } from "@/lib/server/new-id";
import { runtime } from "@/lib/server/runtime";
import { type DemoKey, type DemoVisit, demoAccessOff, keylessVisits } from "./demo-keys";

export const hourMs = 3_600_000;
/** More than the 30 days after which a key that only reads is one to review. */
export const demoDays = 31;

/** A key as its entries name it. Null for requests without one. */
type Of = { keyId: string; workspaceId: string; userId: string } | null;
type Call = { at: number; entry: NewEntry };

/** How many lines are appended at once: about a megabyte, like the processes that write the log. */
const linesAtOnce = 5000;

/** Everything that called with a key. @param now In milliseconds. */
export function callsOf({ usual, ended, visits = [] }: DemoKey, of: Of, now: number): Call[] {
  const calls = visits.flatMap((visit) => visitCalls(visit, of, now));
  if (!usual) return calls;
  const endsAt = now - (ended?.ago ?? 0) * hourMs;
  const silentAt = ended ? endsAt + ended.triedFor * hourMs : now;
  const { ip, client, path, reads } = usual;
  for (let hour = now - demoDays * 24 * hourMs; hour < silentAt; hour += hourMs) {
    const count = Math.floor(usual.callsAnHour * usualTraffic(new Date(hour)) + Math.random());
    for (let call = 0; call < count; call += 1) {
      const at = hour + Math.random() * hourMs;
      if (at >= silentAt) continue;
      const code = at >= endsAt && ended ? endCodes[ended.as] : usualCode(at, now);
      const method = reads || Math.random() < 0.8 ? "GET" : "POST";
      calls.push({ at, entry: entryOf(of, { ip, client, method, path }, code) });
    }
  }
  return calls;
}

export function keylessCalls(now: number): Call[] {
  return keylessVisits.flatMap((visit) => visitCalls(visit, null, now));
}

function visitCalls({ from, hours, calls, code, ...request }: DemoVisit, of: Of, now: number): Call[] {
  const start = now - from * hourMs;
  // Evenly, as programs call, or a minute could have more uses than the rate limit. The first one comes at once: the key's page and the
  // event tell of it.
  return Array.from({ length: calls }, (_, index) => ({
    at: start + ((index + (index === 0 ? 0 : Math.random() / 2)) / calls) * hours * hourMs,
    entry: entryOf(of, request, code ?? "valid"),
  }));
}

const endCodes = { disabled: "disabled_key", expired: "expired_key", revoked: "revoked_key" } as const;

/** More by day than at night and on weekends. */
function usualTraffic(hour: Date): number {
  const byDay = 0.35 + 0.65 * Math.sin((Math.PI * hour.getUTCHours()) / 24);
  return byDay * (hour.getUTCDay() % 6 === 0 ? 0.5 : 1.2) * (0.6 + 0.8 * Math.random());
}

function usualCode(at: number, now: number): DecisionCode {
  if (at >= now - demoAccessOff.from * hourMs && at < now - demoAccessOff.to * hourMs)
    return "api_access_disabled";
  return Math.random() < 0.015 ? "insufficient_permissions" : "valid";
}

function entryOf(
  of: Of,
  { ip, client, method, path }: Pick<DemoVisit, "ip" | "client" | "method" | "path">,
  code: DecisionCode,
): NewEntry {
  return {
    kind: "decision",
    requestId: newId("req"),
    ...(of ?? { keyId: null, workspaceId: null, userId: null }),
    source: path.startsWith("/v1/") ? "forward_auth" : "api",
    ...{
      method,
      path: method === "GET" && Math.random() < 0.5 ? `${path}/${Math.ceil(Math.random() * 900)}` : path,
    },
    ...{ outcome: code === "valid" ? "allowed" : "denied", code, ip, userAgent: client },
    status: code === "valid" ? 200 : publicErrorCodes[code].status,
  };
}

/** Appends calls to the log as a process does: in the order of their times, with consecutive numbers, counted and sealed. */
export async function writeCalls(calls: Call[]): Promise<void> {
  const { pool, chainKeys } = runtime();
  const log = new PostgresLog(pool, chainKeys?.access_log ?? null);
  const writer = randomUUID();
  await pool.query(
    "SELECT access_log.ensure_partitions((now() AT TIME ZONE 'UTC')::date - $1::int, (now() AT TIME ZONE 'UTC')::date)",
    [demoDays + 1],
  );
  await log.join(writer);
  calls.sort((one, other) => one.at - other.at);
  for (let start = 0; start < calls.length; start += linesAtOnce) {
    const batch = calls.slice(start, start + linesAtOnce);
    const lines = batch.map(({ at, entry }, index) =>
      encodeLine(entry, Math.floor(at * 1000), writer, start + index + 1),
    );
    const last = batch.at(-1) as Call;
    await log.append(
      writer,
      {
        firstSeq: start + 1,
        count: batch.length,
        lines: Buffer.from(lines.join("")),
        next: { index: 0, offset: 0 },
      },
      {
        drainedSeq: start,
        appendedSeq: start + batch.length,
        frontier: timestampText(Math.floor(last.at * 1000)),
        tally: null,
      },
    );
  }
  await log.close(writer);
}
