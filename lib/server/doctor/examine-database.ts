import type { Pool } from "@/lib/engine/postgres/client";
import type { Env } from "../env";
import { isLoopbackName } from "../loopback";
import { type Finding, note, ok, problem, warning } from "./finding";
import { type DurabilityFacts, judgeDurability } from "./judge-durability";

/** What the database says about itself and our connection. Settings are those of our role. */
export type DatabaseFacts = DurabilityFacts & {
  version: string;
  /** Whether transactions are read-only by default, as after `keyward database move`. */
  isReadOnly: boolean;
  isEncrypted: boolean | null;
  statementTimeout: string;
  idleTimeout: string;
};

/** Examines what doesn't need our schema. */
export async function examineDatabase(pool: Pool, env: Env): Promise<Finding[]> {
  const { rows } = await pool.query<DatabaseFacts>(factsStatement);
  const facts = rows[0] as DatabaseFacts;
  return judgeDatabase(facts, isRemote(env.databaseUrl));
}

export function judgeDatabase(facts: DatabaseFacts, remote: boolean): Finding[] {
  return [judgePrimary(facts), ...judgeTls(facts, remote), judgeTimeouts(facts), ...judgeDurability(facts)];
}

const factsStatement = `
  SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS "isStandby",
    current_setting('default_transaction_read_only') = 'on' AS "isReadOnly",
    (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS "isEncrypted",
    current_setting('synchronous_commit') AS "synchronousCommit", current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS "fullPageWrites", current_setting('synchronous_standby_names') AS "synchronousNames",
    replicas.standbys,
    CASE WHEN pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') THEN replicas.synchronous END AS "synchronousStandbys",
    current_setting('statement_timeout') AS "statementTimeout",
    current_setting('idle_in_transaction_session_timeout') AS "idleTimeout"
  FROM (
    SELECT count(*)::int AS standbys, (count(*) FILTER (WHERE r.sync_state IN ('sync', 'quorum')))::int AS synchronous
    FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
    WHERE s.slot_type IS DISTINCT FROM 'logical' AND r.state IS DISTINCT FROM 'backup') replicas`;

/** A socket of this machine and the embedded server cross no network. */
function isRemote(databaseUrl: string | null): boolean {
  const host = databaseUrl === null ? "" : (URL.parse(databaseUrl)?.hostname ?? "");
  return host !== "" && !isLoopbackName(host) && !host.startsWith("%2F");
}

function judgePrimary({ isStandby, isReadOnly, version }: DatabaseFacts): Finding {
  if (isStandby) return problem("database.primary", "The database is a standby, which can't be written.");
  if (isReadOnly)
    return problem(
      "database.primary",
      "The database is read-only. Keyward makes it so when it is moved elsewhere.",
      "Set DATABASE_URL to where it was moved. To go back to this one: keyward database reopen.",
    );
  return ok("database.primary", `The database is a primary, PostgreSQL ${version}.`);
}

function judgeTls({ isEncrypted }: DatabaseFacts, remote: boolean): Finding[] {
  if (!remote) return [];
  if (isEncrypted === true) return [ok("database.tls", "The connection to the database is encrypted.")];
  if (isEncrypted === null)
    return [note("database.tls", "The database doesn't say whether the connection is encrypted.")];
  return [
    warning(
      "database.tls",
      "The connection to the database isn't encrypted, or a pooler's connection to it isn't.",
    ),
  ];
}

function judgeTimeouts({ statementTimeout, idleTimeout }: DatabaseFacts): Finding {
  const missing = [
    ...(statementTimeout === "0" ? ["statement_timeout"] : []),
    ...(idleTimeout === "0" ? ["idle_in_transaction_session_timeout"] : []),
  ];
  if (missing.length === 0)
    return ok("database.timeouts", `Statements are canceled after ${statementTimeout}.`);
  return warning("database.timeouts", `The database has no ${missing.join(" and no ")} for our connections.`);
}
