import type { Pool } from "@/lib/engine/postgres/client";
import type { Env } from "../env";
import { type Finding, note, ok, problem, warning } from "./finding";

export type TableFacts = {
  /** Days without a partition of the log, from today: -1 is yesterday. */
  missingDays: { day: string; ahead: number }[];
  /** Instances that renewed their lease within the last ten seconds. */
  instances: number;
  /** Triggers of ours that are there and don't fire, as `table.trigger`. */
  disabledTriggers: string[];
  triggers: string[];
  replicationRole: string;
  connectionLimit: number;
  mails: { waiting: number; oldestSeconds: number };
  subscriptions: { failing: number; paused: number };
};

/** Examines our own tables. The schema must be complete. */
export async function examineTables(pool: Pool, env: Env): Promise<Finding[]> {
  return judgeTables(await findTableFacts(pool), env);
}

export function judgeTables(facts: TableFacts, env: Pick<Env, "databasePool" | "workers">): Finding[] {
  return [
    judgePartitions(facts),
    ...judgeTriggers(facts),
    judgeConnections(facts, env),
    judgeQueue(facts),
    judgeDeliveries(facts),
  ];
}

async function findTableFacts(pool: Pool): Promise<TableFacts> {
  const { rows: missingDays } = await pool.query<{ day: string; ahead: number }>(
    `SELECT day::text, day - (clock_timestamp() AT TIME ZONE 'UTC')::date AS ahead
     FROM access_log.missing_partitions(7) AS day ORDER BY day`,
  );
  const { rows: triggers } = await pool.query<{ name: string; isOff: boolean }>(
    `SELECT c.relname || '.' || t.tgname AS name, t.tgenabled IN ('D', 'R') AS "isOff"
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal AND n.nspname IN ('public', 'access_log', 'chains', 'decisions', 'events', 'quotas')
     ORDER BY 1`,
  );
  const { rows } = await pool.query<Omit<TableFacts, "missingDays" | "disabledTriggers" | "triggers">>(
    `SELECT
       (SELECT count(*)::int FROM decisions.instances WHERE renewed_at > clock_timestamp() - interval '10 seconds') AS instances,
       current_setting('session_replication_role') AS "replicationRole",
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS "connectionLimit",
       (SELECT json_build_object('waiting', count(*),
          'oldestSeconds', coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0))
        FROM mail.outbox WHERE attempts > 0) AS mails,
       (SELECT json_build_object('failing', count(*) FILTER (WHERE status = 'active' AND failing_since IS NOT NULL),
          'paused', count(*) FILTER (WHERE status = 'paused' AND paused_because IN ('failing', 'gone', 'secret_lost')))
        FROM event_subscriptions) AS subscriptions`,
  );
  return {
    missingDays,
    triggers: triggers.map(({ name }) => name),
    disabledTriggers: triggers.filter(({ isOff }) => isOff).map(({ name }) => name),
    ...(rows[0] as Omit<TableFacts, "missingDays" | "disabledTriggers" | "triggers">),
  };
}

function judgePartitions({ missingDays, instances }: TableFacts): Finding {
  const id = "log.partitions";
  if (missingDays.length === 0) return ok(id, "The access log has a partition for each of the next 7 days.");
  const days = missingDays.map(({ day }) => day).join(", ");
  const what = `The access log has no partition for ${days}.`;
  if (instances === 0) return note(id, `${what} No instance runs that would create it.`, "Start the server.");
  return missingDays.some(({ ahead }) => ahead <= 1) ? problem(id, what) : warning(id, what);
}

/** Without these a revocation isn't heard of. */
const revocationTriggers = [
  ...["api_keys.key_added", "api_keys.key_changed", "api_keys.keys_emptied"],
  ...["members.member_added", "members.member_changed", "members.members_emptied"],
  ...["workspaces.workspace_changed", "workspaces.workspace_removed", "workspaces.workspaces_emptied"],
  ...["audit_events.audit_events_are_final", "audit_events.tell_change"],
];

function judgeTriggers({ triggers, disabledTriggers, replicationRole }: TableFacts): Finding[] {
  const id = "database.triggers";
  const missing = revocationTriggers.filter((name) => !triggers.includes(name));
  const findings = [
    ...(disabledTriggers.length > 0
      ? [problem(id, `Triggers are disabled: ${disabledTriggers.join(", ")}.`)]
      : []),
    ...(missing.length > 0 ? [problem(id, `Triggers are missing: ${missing.join(", ")}.`)] : []),
    ...(replicationRole === "origin"
      ? []
      : [
          problem(
            id,
            `session_replication_role is ${replicationRole} for our role, so triggers don't fire.`,
            "ALTER ROLE … RESET session_replication_role, and restart every instance.",
          ),
        ]),
  ];
  return findings.length > 0 ? findings : [ok(id, "All triggers are enabled.")];
}

/** Each process has its pool and the connection of its lease. */
function judgeConnections(
  { instances, connectionLimit }: TableFacts,
  env: Pick<Env, "databasePool" | "workers">,
) {
  const id = "database.connections";
  const processes = Math.max(instances, env.workers);
  const wanted = processes * (env.databasePool + 1);
  const what = `${processes === 1 ? "1 process" : `${processes} processes`} can open ${wanted} connections, and the database has ${connectionLimit}.`;
  return wanted > connectionLimit ? warning(id, what) : ok(id, what);
}

/** Later attempts follow after minutes: this one has failed several times. */
const lateMailSeconds = 15 * 60;

function judgeQueue({ mails: { waiting, oldestSeconds } }: TableFacts): Finding {
  const id = "mail.queue";
  if (oldestSeconds < lateMailSeconds) return ok(id, "No mail waits for long.");
  const mails = waiting === 1 ? "1 mail waits" : `${waiting} mails wait`;
  return warning(
    id,
    `${mails} after failed attempts, the oldest for ${Math.round(oldestSeconds / 60)} minutes.`,
  );
}

function judgeDeliveries({ subscriptions: { failing, paused } }: TableFacts): Finding {
  const id = "webhooks.deliveries";
  if (failing === 0 && paused === 0) return ok(id, "No event subscription fails.");
  const parts = [
    ...(failing > 0 ? [`${failing} fail now`] : []),
    ...(paused > 0 ? [`${paused} were paused because they failed`] : []),
  ];
  return note(id, `Of the event subscriptions, ${parts.join(" and ")}.`);
}
