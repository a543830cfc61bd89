import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { compareReleases, compatibleSince } from "@/lib/server/migration-marks";
import { releaseVersion } from "@/lib/server/version";
import { projectRoot } from "@/server/start-runtime";

/** From here on the previous release and this one run together on one database (docs/upgrading.md). */
const firstGuarded = "20261129";

/** Statements after which code of the previous release can fail. */
const contracting: [string, RegExp][] = [
  // Without these, old code does the same. Without a default, its INSERT lacks a value.
  [
    "drops something",
    /(?<!ON COMMIT )\bDROP (?!(CONSTRAINT|INDEX|TRIGGER|POLICY|NOT NULL|IDENTITY|EXPRESSION)\b)/i,
  ],
  ["renames something", /\bRENAME\b/i],
  ["moves something to another schema", /\bSET SCHEMA\b/i],
  ["changes a type: code that doesn't know a value of an enumeration can't read it", /\bALTER TYPE\b/i],
  ["changes the type of a column", /\bALTER (COLUMN )?("[^"]+"|\w+) (SET DATA )?TYPE\b/i],
  ["requires a value", /^(?!.*\bSET DEFAULT\b).*\bSET NOT NULL\b/is],
  [
    "adds a column that requires a value, without a default",
    /\bADD (COLUMN )?(IF NOT EXISTS )?("[^"]+"|\w+) (?![^,]*\b(DEFAULT|GENERATED)\b)[^,]*\bNOT NULL\b/is,
  ],
  [
    "adds a condition that rows of old code may not meet",
    /\bADD (CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b|\bCREATE UNIQUE INDEX\b/i,
  ],
];

/** What is wrong with a migration whose file says that every release can go on working. */
function contractionsOf(sql: string): string[] {
  const text = sql
    .replace(/--.*$/gm, "")
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/'(?:[^']|'')*'/g, "''");
  const created = new Set(
    [...text.matchAll(/\bCREATE TABLE (?:IF NOT EXISTS )?([\w."]+)/gi)].map(([, name]) => name),
  );
  // Old code doesn't use what this migration makes.
  const isOwn = (statement: string) =>
    created.has(
      /\b(?:ALTER TABLE (?:IF EXISTS )?(?:ONLY )?|INDEX .*?\bON )([\w."]+)/is.exec(statement)?.[1] ?? "",
    );
  const found = text
    .split(";")
    .filter((statement) => !isOwn(statement))
    .flatMap((statement) =>
      contracting.filter(([, pattern]) => pattern.test(statement)).map(([what]) => what),
    );
  return [...new Set(found)];
}

const folder = path.join(projectRoot(), "prisma/migrations");
const guarded = readdirSync(folder).filter((name) => /^\d{14}_\w+$/.test(name) && name >= firstGuarded);

test("a migration that takes something away names an earlier release that no longer used it", () => {
  for (const name of guarded) {
    const sql = readFileSync(path.join(folder, name, "migration.sql"), "utf8");
    const since = compatibleSince(sql);
    if (since === "0.0.0") expect(contractionsOf(sql), `${name} (docs/upgrading.md)`).toEqual([]);
    // Code of this release isn't out yet, so what it stops using can go with the next one at the earliest.
    else expect(compareReleases(since, releaseVersion), `${name}: ${since}`).toBeLessThan(0);
  }
});

test.each([
  "ALTER TABLE members DROP COLUMN nickname;",
  'ALTER TABLE members DROP "nickname";',
  "ALTER TABLE members ALTER nickname DROP DEFAULT;",
  "DROP TABLE IF EXISTS members;",
  "DROP SCHEMA leaks CASCADE;",
  "DROP FUNCTION events.record(text);",
  "ALTER TABLE members RENAME nickname TO name;",
  "ALTER TABLE events.events RENAME TO old_events;",
  "ALTER TABLE members SET SCHEMA people;",
  `ALTER TYPE "Role" ADD VALUE 'guest';`,
  "ALTER TABLE members ALTER COLUMN seats TYPE bigint;",
  'ALTER TABLE members ALTER "seats" SET DATA TYPE bigint;',
  "ALTER TABLE members ALTER nickname SET NOT NULL;",
  "ALTER TABLE members ADD COLUMN seats int NOT NULL;",
  "ALTER TABLE members ADD seats int DEFAULT 1, ADD places int CHECK (places > 0) NOT NULL;",
  "ALTER TABLE members ADD CONSTRAINT seats CHECK (seats > 0) NOT VALID;",
  "CREATE UNIQUE INDEX members_seats ON members (seats);",
  "CREATE TABLE made (a int);\nALTER TABLE members DROP a;",
  "DO $$ BEGIN ALTER TABLE members DROP COLUMN nickname; END $$;",
])("it finds: %s", (sql) => {
  expect(contractionsOf(sql)).toHaveLength(1);
});

test.each([
  "CREATE TABLE made (a int NOT NULL);\nALTER TABLE made ADD CONSTRAINT one CHECK (a = 1);\nCREATE UNIQUE INDEX made_a ON made (a);",
  "ALTER TABLE members ADD COLUMN seats int NOT NULL DEFAULT 1;",
  "ALTER TABLE members ADD COLUMN seats int CHECK (seats > 0);",
  "ALTER TABLE members ALTER nickname SET DEFAULT '', ALTER nickname SET NOT NULL;",
  "ALTER TABLE members ALTER nickname DROP NOT NULL, DROP CONSTRAINT nickname_length;",
  "-- DROP TABLE members is for the next release.\nCREATE INDEX members_seats ON members (seats);",
  "INSERT INTO notes VALUES ('DROP TABLE members; it''s gone');",
  "CREATE TEMPORARY TABLE counts (a int) ON COMMIT DROP;",
  "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;",
  "DROP INDEX members_seats;",
])("it lets pass: %s", (sql) => {
  expect(contractionsOf(sql)).toEqual([]);
});
