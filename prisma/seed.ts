import { randomBytes, randomUUID } from "node:crypto";
import type { Role } from "@/lib/contracts/permissions";
import type { CountedEntry } from "@/lib/engine/log/entry-line";
import { Tally } from "@/lib/engine/log/tally";
import { countUses } from "@/lib/engine/postgres/count-uses";
import { inTransaction } from "@/lib/engine/postgres/in-transaction";
import { hashPassword } from "@/lib/server/accounts/users/password";
import { createUserWithWorkspace } from "@/lib/server/accounts/users/sign-up";
import { type MemberActor, type Origin, systemActor } from "@/lib/server/actor";
import { recordAuditEvent } from "@/lib/server/audit/record-audit-event";
import { EnvError } from "@/lib/server/env";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { createApiKey } from "@/lib/server/keys/create-api-key";
import { readPermissionCatalog, replacePermissionCatalog } from "@/lib/server/keys/permission-catalog";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { newId } from "@/lib/server/new-id";
import { setQuotas } from "@/lib/server/quotas/set-quotas";
import { db, runtime } from "@/lib/server/runtime";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { addDemoEvents } from "./demo-events";
import { type DemoKey, demoKeys, demoPermissions } from "./demo-keys";
import { sealDemoCalls } from "./seal-demo-calls";

const origin: Origin = { ip: "127.0.0.1", userAgent: "keyward demo", requestId: null };
const days = 30;

export type DemoSignIn = { email: string; password: string };

/**
 * Creates a demo workspace with members of each role, keys of each status, 30 days of log and a day of events. If it exists, this only
 * sets a new password for its owner, to print it.
 * @throws EnvError unless the server is local, because the password is printed.
 */
export async function seedDemo(): Promise<DemoSignIn> {
  if (!runtime().env.local) throw new EnvError("--demo is for a local server: it prints a password");
  const email = "ada@demo.example";
  const password = randomBytes(12).toString("base64url");
  const { count } = await db().user.updateMany({
    where: { email },
    data: { passwordHash: await hashPassword(password) },
  });
  if (count === 0) await makeDemo(email, password);
  return { email, password };
}

async function makeDemo(email: string, password: string): Promise<void> {
  const { user, workspace } = await createUserWithWorkspace(
    { email, name: "Ada", password, workspaceName: "Demo" },
    origin,
  );
  const system = systemActor(workspace.id, "Demo");
  await setApiAccess(system, true);
  const actors = { owner: actorOf(workspace.id, user, "owner") } as Record<Role, MemberActor>;
  for (const [role, name] of [
    ["admin", "Ben"],
    ["member", "Chi"],
    ["viewer", "Dee"],
  ] as const) {
    actors[role] = await addMember(actors.owner, role, name);
  }
  await declarePermissions();
  for (const key of demoKeys) await addKey(key, actors[key.owner]);
  await addQuotas(workspace.id);
  await addDemoEvents(actors.owner);
}

/** Unless the operator has declared others. */
async function declarePermissions(): Promise<void> {
  const { permissions } = await readPermissionCatalog();
  if (permissions.length === 0)
    await replacePermissionCatalog({ permissions: demoPermissions, routes: [] }, origin);
}

/** Quotas as a pricing plan would set them, with what the demo calls used of them this month. */
async function addQuotas(workspaceId: string): Promise<void> {
  const { pool } = runtime();
  await setQuotas(systemActor(workspaceId, "Demo"), () => [
    { keyId: null, meter: "requests", limit: 60_000, period: "month" },
    { keyId: null, meter: "uploads", limit: 500, period: "month" },
  ]);
  await pool.query(
    `INSERT INTO quotas.usages (workspace_id, meter, period, starts_at, counted_since, granted)
     SELECT $1, meter, 'month', start, start, ceil(part * coalesce(sum(allowed), 0))
     FROM date_trunc('month', clock_timestamp(), 'UTC') AS start
     CROSS JOIN (VALUES ('requests', 1), ('uploads', 0.01)) AS meters (meter, part)
     LEFT JOIN access_log.hourly_uses u ON u.workspace_id = $1 AND u.hour >= start
     GROUP BY meter, start, part`,
    [workspaceId],
  );
}

function actorOf(workspaceId: string, user: { id: string; name: string }, role: Role): MemberActor {
  return { type: "member", workspaceId, userId: user.id, name: user.name, role, origin };
}

async function addMember(by: MemberActor, role: Role, name: string): Promise<MemberActor> {
  return db().$transaction(async (transaction) => {
    const user = await transaction.user.create({
      data: { id: newId("usr"), email: `${name.toLowerCase()}@demo.example`, name },
    });
    await transaction.member.create({ data: { workspaceId: by.workspaceId, userId: user.id, role } });
    await recordAuditEvent(transaction, by, "member.added", { type: "member", id: user.id, name }, { role });
    return actorOf(by.workspaceId, user, role);
  });
}

async function addKey({ input, callsAnHour, ip, client, end }: DemoKey, actor: MemberActor): Promise<void> {
  const { key } = await createApiKey(actor, input);
  await db().apiKey.update({
    where: { id: key.id },
    data: { createdAt: new Date(Date.now() - (days + 1) * 86_400_000) },
  });
  if (callsAnHour > 0) await addCalls(key.id, actor, callsAnHour, ip, client);
  if (end === "disabled") await changeApiKey(actor, key.id, { disabled: true });
  if (end === "revoked") await revokeApiKey(actor, key.id);
}

/**
 * Adds calls to the log, distributed like real traffic: more by day than at night and on weekends, one in forty denied. Like all
 * entries they belong to a writer and have consecutive sequence numbers.
 */
async function addCalls(
  keyId: string,
  actor: MemberActor,
  callsAnHour: number,
  ip: string,
  client: string,
): Promise<void> {
  const { pool } = runtime();
  const writer = randomUUID();
  await pool.query(
    "SELECT access_log.ensure_partitions((now() AT TIME ZONE 'UTC')::date - $1::int, (now() AT TIME ZONE 'UTC')::date)",
    [days + 1],
  );
  await pool.query("INSERT INTO access_log.writers (id, frontier_at, closed_at) VALUES ($1, now(), now())", [
    writer,
  ]);
  await pool.query(
    `WITH hours AS (
       SELECT hour, greatest(0, round($5::float8 * (0.35 + 0.65 * sin(pi() * extract(hour FROM hour) / 24)) *
         CASE WHEN extract(isodow FROM hour) > 5 THEN 0.5 ELSE 1.2 END * (0.6 + 0.8 * random())))::int AS calls
       FROM generate_series(date_trunc('hour', now()) - make_interval(days => $6), date_trunc('hour', now()) - interval '1 hour', '1 hour') AS hour
     ), calls AS (
       SELECT hour + random() * interval '1 hour' AS at, random() < 0.025 AS refused, random() AS dice FROM hours, generate_series(1, calls)
     )
     INSERT INTO access_log.entries (at, writer, seq, kind, request_id, workspace_id, key_id, user_id, source, method, path, outcome, status, code, ip, user_agent)
     SELECT at, $1, row_number() OVER (ORDER BY at), 'decision', 'req_demo' || substr(md5(random()::text), 1, 18), $2, $3, $4, 'api',
       CASE WHEN dice < 0.8 THEN 'GET' ELSE 'POST' END, CASE WHEN dice < 0.8 THEN '/api/public/v1/me' ELSE '/auth/api-keys' END,
       CASE WHEN refused THEN 'denied' ELSE 'allowed' END, CASE WHEN refused THEN 429 ELSE 200 END,
       CASE WHEN refused THEN 'rate_limit_exceeded' ELSE 'valid' END, $7::inet, $8
     FROM calls`,
    [writer, actor.workspaceId, keyId, actor.userId, callsAnHour, days, ip, client],
  );
  await sealDemoCalls(writer);
  await countCalls(keyId);
  await pool.query(
    `UPDATE access_log.writers w SET appended_seq = e.count, drained_seq = e.count
     FROM (SELECT count(*) FROM access_log.entries WHERE writer = $1) e WHERE w.id = $1`,
    [writer],
  );
}

/** Counts the log's entries of a key, as the processes do that write them. */
async function countCalls(keyId: string): Promise<void> {
  const { pool } = runtime();
  const { rows } = await pool.query<CountedEntry & { microseconds: number }>(
    `SELECT key_id AS "keyId", workspace_id AS "workspaceId", source, method, path, outcome, code, host(ip) AS ip, user_agent AS "userAgent",
       floor(extract(epoch FROM at) * 1000000)::float8 AS microseconds
     FROM access_log.entries WHERE key_id = $1 ORDER BY at, writer, seq`,
    [keyId],
  );
  const tally = new Tally();
  for (const { microseconds, ...entry } of rows) tally.add(entry, microseconds);
  await inTransaction(pool, 60_000, (client) => countUses(client, tally));
}
