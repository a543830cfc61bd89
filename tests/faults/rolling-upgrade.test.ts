import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "@/lib/server/migrate";
import { runtime } from "@/lib/server/runtime";
import { releaseVersion } from "@/lib/server/version";
import { projectRoot } from "@/server/start-runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeRunKeys, RevocationRun } from "@/tests/models/revocation-run";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";

/**
 * A clone may lack earlier commits, and building one takes minutes. So the older release is this build, and the newer one is this build
 * with more migrations. What it shows: this build works on with a database that a later release has extended, and starts on one.
 */
useRuntime();
const older = useBundle("tests/processes/key-api-process.ts");

/** Migrations of the tables that decisions, their log and the console use. Each changes one, as docs/upgrading.md says. */
const laterMigrations = {
  "29990101000001_keys": `
    ALTER TABLE api_keys ADD COLUMN added_later text NOT NULL DEFAULT '';
    CREATE INDEX api_keys_added_later_idx ON api_keys (added_later);`,
  "29990101000002_workspaces": "ALTER TABLE workspaces ADD COLUMN added_later text;",
  "29990101000003_audit_events": "ALTER TABLE audit_events ADD COLUMN added_later jsonb;",
  "29990101000004_entries": "ALTER TABLE access_log.entries ADD COLUMN added_later text;",
  "29990101000005_table": "CREATE TABLE added_later (key_id text PRIMARY KEY, note text NOT NULL);",
  "29990102000000_takes_away": `-- Compatible since ${releaseVersion}: no release uses it.
    ALTER TABLE workspaces DROP COLUMN added_later;`,
};

let folder: string;
let newer: string;
const started: DecisionProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(path.join(projectRoot(), ".data", "newer-release-"));
  const migrations = path.join(folder, "prisma/migrations");
  cpSync(path.join(projectRoot(), "prisma/migrations"), migrations, { recursive: true });
  for (const [name, sql] of Object.entries(laterMigrations)) {
    mkdirSync(path.join(migrations, name));
    writeFileSync(path.join(migrations, name, "migration.sql"), sql);
  }
  mkdirSync(path.join(folder, "dist"));
  newer = path.join(folder, "dist", "server.mjs");
  copyFileSync(older(), newer);
});
afterAll(async () => {
  await Promise.all(started.map((instance) => instance.kill()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(program: string): Promise<DecisionProcess> {
  const instance = await startDecisionProcess(program, { LOG_LEVEL: "info" });
  started.push(instance);
  return instance;
}

test("this build and one with later migrations share a database: rolled forward and back under load, no call fails and revocations are exact", async () => {
  const { manager, keys } = await makeRunKeys(16);
  const instances = [await start(older()), await start(older())];
  const run = new RevocationRun(instances, keys, manager);
  const stopping: Promise<void>[] = [];
  const revokeAtBoth = async () => {
    await run.revokeNext(0);
    await run.revokeNext(1);
  };
  /** As a gateway does: calls go to the new instance first, and then the old one is stopped. */
  const replace = async (index: number, program: string) => {
    const replaced = instances[index] as DecisionProcess;
    instances[index] = await start(program);
    await run.calledAgain(index, run.nextKey, 3);
    stopping.push(replaced.stop());
    await revokeAtBoth();
  };

  await revokeAtBoth();
  for (const program of [newer, older()]) for (const index of [0, 1]) await replace(index, program);
  await Promise.all(stopping);
  await revokeAtBoth();
  await run.end();

  await run.expectLogged();
  run.expectExact({ revocations: 12, allows: 200, denials: 50, during: 6 });
  // A busy machine may answer 503 because the database took too long.
  expect(run.calls.filter(({ status }) => ![200, 401, 503].includes(status))).toEqual([]);
  await Promise.all(started.map((instance) => instance.kill()));
  const outputs = await Promise.all(started.map((instance) => instance.output()));
  expect(outputs.join("")).not.toMatch(/"level":50|copying the access log/);
  const accepted = outputs.filter((output) => output.includes("a newer version migrated the database"));
  expect(accepted).toHaveLength(2);
  const names = Object.keys(laterMigrations);
  const { rows } = await runtime().pool.query(
    "SELECT compatible_since FROM _prisma_migrations WHERE migration_name = ANY($1) ORDER BY migration_name",
    [names],
  );
  expect(rows.map(({ compatible_since: since }) => since)).toEqual([
    ...Array(5).fill("0.0.0"),
    releaseVersion,
  ]);
});

test("once a later release takes away what this build uses, this build doesn't start", async () => {
  const name = "29990103000000_takes_away_more";
  const migrations = path.join(folder, "prisma/migrations");
  mkdirSync(path.join(migrations, name));
  writeFileSync(
    path.join(migrations, name, "migration.sql"),
    "-- Compatible since 999.0.0: nothing.\nSELECT 1;",
  );
  const url = runtime().env.databaseUrl ?? "";
  expect(await migrate(url, migrations, { release: "999.1.0" })).toEqual([name]);
  await expect(startRefused()).resolves.toContain(
    `too old: ${releaseVersion}. Start 999.0.0 or a later version`,
  );
});

/** @returns What the program printed before it ended. */
async function startRefused(): Promise<string> {
  const { databaseUrl, dataDir } = runtime().env;
  const child = spawn(process.execPath, [older()], {
    env: { PATH: process.env.PATH, NODE_ENV: "test", DATABASE_URL: databaseUrl ?? "", DATA_DIR: dataDir },
  });
  const [output] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return output;
}
