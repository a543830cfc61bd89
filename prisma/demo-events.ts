import { randomBytes } from "node:crypto";
import { callerOf } from "@/lib/engine/log/caller";
import type { MemberActor } from "@/lib/server/actor";
import type { Attempt } from "@/lib/server/events/post-event";
import { retryDelayMs } from "@/lib/server/events/retry-delay";
import { sealSecret } from "@/lib/server/events/secret-seal";
import { signatureHeaders } from "@/lib/server/events/sign-delivery";
import { newId } from "@/lib/server/new-id";
import { db, runtime } from "@/lib/server/runtime";
import { type DemoVisit, demoKeys } from "./demo-keys";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** When one endpoint failed, in hours before now. */
const outage = { from: 9.4, to: 7.1, answer: "upstream request timeout" };

type Subscription = { id: string; secret: Buffer; isDown: (at: number) => boolean; latencyMs: number };
type DemoEvent = { at: number; type: string; keyId: string | null; data: object };
type DemoKeyRow = {
  id: string;
  facts: {
    name: string;
    prefix: string;
    suffix: string;
    environment: string;
    permissionLevel: string;
    expiresAt: string | null;
  };
};

/**
 * Adds two subscriptions with a day of deliveries: one that always worked, and one whose endpoint failed for two hours of last night.
 * Nothing waits to be sent. The server can't call anyone for them: names below `.example` don't exist (RFC 2606). What happens in
 * the demo workspace later is sent to the second one, and fails with the reason.
 */
export async function addDemoEvents(actor: MemberActor, now: number): Promise<void> {
  const isDown = (at: number) => at >= now - outage.from * hourMs && at < now - outage.to * hourMs;
  const documents = await addSubscription(actor, {
    endpointUrl: "https://search.demo.example/keyward/documents",
    eventTypes: ["document.*"],
    isDown: () => false,
    latencyMs: 60,
  });
  const alerts = await addSubscription(actor, {
    endpointUrl: "https://alerts.demo.example/hooks/keyward",
    eventTypes: ["api_key.*", "member.*", "api_access.*"],
    isDown,
    latencyMs: 180,
  });
  await addDeliveries(actor.workspaceId, documents, documentEvents(now));
  await addDeliveries(actor.workspaceId, alerts, await keyEvents(actor, now));
}

async function addSubscription(
  { workspaceId, userId }: MemberActor,
  input: { endpointUrl: string; eventTypes: string[]; isDown: Subscription["isDown"]; latencyMs: number },
): Promise<Subscription> {
  const id = newId("sub", Date.now() - 12 * dayMs);
  const secret = Buffer.from(randomBytes(24).toString("base64url"));
  const createdAt = new Date(Date.now() - 12 * dayMs);
  const { isDown, latencyMs, ...fields } = input;
  await db().eventSubscription.create({
    data: {
      ...{ id, workspaceId, ...fields, createdAt, updatedAt: createdAt },
      ...{ createdByType: "user", createdById: userId, ownerId: userId },
      sealedSecret: sealSecret(id, secret.toString()),
    },
  });
  return { id, secret, isDown, latencyMs };
}

/** The operator's own events: documents are uploaded by day more than at night. */
function documentEvents(now: number): DemoEvent[] {
  const events: DemoEvent[] = [];
  let at = now - dayMs;
  while (at < now - minuteMs) {
    const byDay = 0.25 + 0.75 * Math.sin((Math.PI * new Date(at).getUTCHours()) / 24);
    at += ((0.4 + Math.random() * 1.4) * 4 * minuteMs) / byDay;
    const documentId = `doc_${randomBytes(6).toString("hex")}`;
    const dice = Math.random();
    const [type, data] =
      dice < 0.7
        ? ["document.uploaded", { documentId, pages: Math.ceil(Math.random() * 40) }]
        : dice < 0.95
          ? ["document.indexed", { documentId, seconds: Math.round(Math.random() * 90) / 10 }]
          : ["document.deleted", { documentId }];
    events.push({ at, type: type as string, keyId: null, data: data as object });
  }
  return events.filter((event) => event.at < now - minuteMs);
}

/** A program that makes a short-lived key for each run, callers that are new, and a reminder of a key that expires. */
async function keyEvents({ workspaceId, userId, name: ada }: MemberActor, now: number): Promise<DemoEvent[]> {
  const { rows } = await runtime().pool.query<DemoKeyRow>(
    "SELECT id, events.key_facts(id) AS facts FROM api_keys WHERE workspace_id = $1",
    [workspaceId],
  );
  const named = (name: string) => rows.find(({ facts }) => facts.name === name) as DemoKeyRow;
  const events: DemoEvent[] = [];
  const tell = (at: number, type: string, { id, facts }: DemoKeyRow, more: object) =>
    events.push({ at, type, keyId: id, data: { key: facts, ...more } });

  const maker = named("key rotation");
  const actor = { type: "key", id: maker.id, name: maker.facts.name };
  let run = 4100 + Math.floor(Math.random() * 900);
  for (let at = now - 23.6 * hourMs; at < now - hourMs; at += (20 + Math.random() * 40) * minuteMs) {
    const id = newId("key", at);
    const created = {
      ...maker.facts,
      ...{ id, name: `build ${run++}`, suffix: randomBytes(3).toString("base64url"), environment: "staging" },
      ...{ createdAt: new Date(at).toISOString(), expiresAt: new Date(at + hourMs).toISOString() },
    };
    const end = at + (4 + Math.random() * 20) * minuteMs;
    const revoked = { ...created, revokedAt: new Date(end).toISOString() };
    const { environment, permissionLevel, expiresAt, prefix, suffix } = created;
    const limits = { allowedIps: [], rateLimitPerMinute: null };
    const details = { key: `${prefix}…${suffix}`, environment, permissionLevel, expiresAt, ...limits };
    tell(at, "api_key.created", { id, facts: created }, { actor, details });
    tell(end, "api_key.revoked", { id, facts: revoked }, { actor, details: {} });
  }
  for (const { input, usual, visits = [], ended } of demoKeys) {
    const known = new Set(usual && [programOf({ ...usual, method: "GET" })]);
    for (const visit of visits.filter(({ from }) => from < 24)) {
      if (known.has(programOf(visit))) continue;
      known.add(programOf(visit));
      const caller = { ...callerOf({ ...visit, userAgent: visit.client }), ip: visit.ip };
      tell(now - visit.from * hourMs, "api_key.new_caller", named(input.name), { caller });
    }
    if (ended?.as === "disabled" && ended.ago < 24) {
      const by = { type: "user", id: userId, name: ada };
      tell(now - ended.ago * hourMs, "api_key.disabled", named(input.name), { actor: by, details: {} });
    }
  }
  const staging = named("staging tests");
  const { expiresAt } = staging.facts;
  tell(now - 0.8 * hourMs, "api_key.expiring", staging, { expiresAt, when: "week" });
  return events.sort((one, other) => one.at - other.at);
}

/** The address block and the client: the same caller on every route. */
function programOf({
  ip,
  client,
  method,
  path,
}: Pick<DemoVisit, "ip" | "client" | "method" | "path">): string {
  const caller = callerOf({ ip, userAgent: client, method, path });
  return `${caller.address} ${caller.client}`;
}

async function addDeliveries(
  workspaceId: string,
  subscription: Subscription,
  events: DemoEvent[],
): Promise<void> {
  const { pool } = runtime();
  const recorded = events.map(({ at, type, keyId, data }) => {
    const id = newId("evt", at);
    const createdAt = new Date(at).toISOString();
    const body = JSON.stringify({ id, type, createdAt, workspaceId, data });
    return { id, at, delivery: `dlv_${newId("evt", at).slice(4)}`, type, keyId, body };
  });
  const attempts = attemptsOf(subscription, recorded);
  const rows = recorded.map((event, index) => ({ ...event, attempts: attempts[index] }));
  await pool.query(
    `INSERT INTO events.events (id, workspace_id, type, key_id, environment, body)
     SELECT e.id, $1, e.type, e."keyId", (SELECT environment FROM public.api_keys WHERE id = e."keyId"), e.body
     FROM json_to_recordset($2) AS e (id text, type text, "keyId" text, body text)`,
    [workspaceId, JSON.stringify(rows)],
  );
  await pool.query(
    `INSERT INTO events.deliveries (id, subscription_id, event_id, type, status, next_attempt_at, attempts, attempt_count,
       first_attempt_at, last_status, delivered_at)
     SELECT d.delivery, $1, d.id, d.type, 'delivered', l.at, d.attempts, jsonb_array_length(d.attempts),
       (d.attempts->0->>'at')::timestamptz, 204, l.at + l.latency * interval '1 millisecond'
     FROM json_to_recordset($2) AS d (id text, delivery text, type text, attempts jsonb),
       LATERAL (SELECT (d.attempts->-1->>'at')::timestamptz AS at, (d.attempts->-1->>'latencyMs')::bigint AS latency) l`,
    [subscription.id, JSON.stringify(rows)],
  );
  await pool.query(
    `INSERT INTO events.hourly_attempts (subscription_id, hour, delivered, retried, failed, latency_ms)
     SELECT $1, date_trunc('hour', (a.attempt->>'at')::timestamptz), count(*) FILTER (WHERE NOT a.failed AND a.place = 1),
       count(*) FILTER (WHERE NOT a.failed AND a.place > 1), count(*) FILTER (WHERE a.failed), sum((a.attempt->>'latencyMs')::bigint)
     FROM events.deliveries d, LATERAL (
       SELECT attempt, place, attempt->>'error' IS NOT NULL AS failed
       FROM jsonb_array_elements(d.attempts) WITH ORDINALITY AS attempts (attempt, place)) a
     WHERE d.subscription_id = $1 GROUP BY 2`,
    [subscription.id],
  );
}

/**
 * The attempts to send each event, the last of which succeeds. Like the real ones: an endpoint that failed five times in a row is
 * tried with one event once in a while, and everything that waits is sent when it answers.
 */
function attemptsOf(
  subscription: Subscription,
  events: { id: string; at: number; body: string }[],
): Attempt[][] {
  const waiting = events.map(({ at, ...event }) => ({
    ...event,
    dueAt: at + 20 + Math.random() * 200,
    attempts: [] as Attempt[],
  }));
  const all = waiting.map(({ attempts }) => attempts);
  let failures = 0;
  let probeAt = 0;
  while (waiting.length > 0) {
    waiting.sort((one, other) => one.dueAt - other.dueAt);
    const next = waiting[0] as (typeof waiting)[number];
    const at = Math.max(next.dueAt, probeAt);
    const failed = subscription.isDown(at);
    next.attempts.push(attempt(subscription, next, at, failed));
    if (failed) {
      failures += 1;
      next.dueAt = at + retryDelayMs(next.attempts.length, null);
      if (failures >= 5) probeAt = at + Math.min(2 ** (failures - 5), 300) * 1000 * (0.5 + Math.random() / 2);
    } else {
      waiting.shift();
      if (failures > 0)
        for (const other of waiting) if (other.attempts.length > 0) other.dueAt = at + Math.random() * 900;
      failures = 0;
      probeAt = 0;
    }
  }
  return all;
}

function attempt(
  { secret, latencyMs }: Subscription,
  { id, body }: { id: string; body: string },
  at: number,
  failed: boolean,
): Attempt {
  const usual = latencyMs * (0.5 + Math.random() * 0.5 + Math.random() ** 6 * 4);
  return {
    at: new Date(at).toISOString(),
    latencyMs: Math.round(failed ? 4_000 + Math.random() * 900 : usual),
    status: failed ? 504 : 204,
    error: failed ? "It answered 504." : null,
    answer: failed ? outage.answer : "",
    signature: signatureHeaders([secret], id, body, Math.floor(at / 1000))["X-Keyward-Signature"],
  };
}
