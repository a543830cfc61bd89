import { readFileSync } from "node:fs";
import path from "node:path";
import type { Pool } from "@/lib/engine/postgres/client";
import { type SealedColumn, sealedColumns } from "../encryption-keys/sealed-columns";
import type { Env } from "../env";
import { openSealed } from "../seal";
import { type Finding, note, ok, problem } from "./finding";

/** What is encrypted, by kind. */
export type SealedFacts = {
  noun: string;
  tried: number;
  /** How many of those can't be decrypted. */
  unreadable: number;
  /** How many need another key than the first. */
  earlier: number;
}[];

/** So many values of each kind are tried. `keyward encryption-keys check` tries all. */
const triedOfEach = 2000;

/** Tries ENCRYPTION_KEYS, or those that a local server generated, on what the database has encrypted. */
export async function examineSealed(pool: Pool, env: Env): Promise<Finding[]> {
  const keys = env.encryptionKeys.length > 0 ? env.encryptionKeys : readGeneratedKeys(env.dataDir);
  if (keys.length === 0)
    return [
      note(
        "secrets.encryption-keys",
        "There is no encryption key yet.",
        "Start the server: it generates one.",
      ),
    ];
  return [judgeSealed(await findSealedFacts(pool, keys), env.encryptionKeys.length > 0 ? null : env.dataDir)];
}

function readGeneratedKeys(dataDir: string): string[] {
  try {
    return readFileSync(path.join(dataDir, "secrets", "encryption-key"), "utf8")
      .split(/[\s,]+/)
      .filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function findSealedFacts(pool: Pool, encoded: string[]): Promise<SealedFacts> {
  const keys = encoded.map((key) => Buffer.from(key, "base64"));
  const facts: SealedFacts = [];
  for (const column of Object.values<SealedColumn>(sealedColumns)) {
    const indexes = (await readNewest(pool, column)).map(
      ({ key, sealed }) => openSealed(sealed, column.contextOf(key), keys)?.keyIndex,
    );
    facts.push({
      ...{ noun: column.nouns[1], tried: indexes.length },
      unreadable: indexes.filter((index) => index === undefined).length,
      earlier: indexes.filter((index) => index !== undefined && index > 0).length,
    });
  }
  return facts;
}

async function readNewest(pool: Pool, { table, column, primaryKey }: SealedColumn) {
  const { rows } = await pool.query<{ key: string; sealed: Buffer }>(
    `SELECT t.${primaryKey}::text AS key, t.${column} AS sealed FROM ${table} t
     WHERE t.${column} IS NOT NULL ORDER BY t.${primaryKey} DESC LIMIT ${triedOfEach}`,
  );
  return rows;
}

/** @param dataDir The folder with the generated key, if ENCRYPTION_KEYS isn't set. */
export function judgeSealed(facts: SealedFacts, dataDir: string | null): Finding {
  const id = "secrets.encryption-keys";
  const lost = facts.filter(({ unreadable }) => unreadable > 0);
  const total = facts.reduce((sum, { tried }) => sum + tried, 0);
  const earlier = facts.reduce((sum, one) => sum + one.earlier, 0);
  if (lost.length === 0 && earlier > 0)
    return note(
      id,
      `All ${total} encrypted values that were tried can be decrypted, ${earlier} with an earlier key only.`,
      "To be able to remove it: keyward secrets rotate.",
    );
  if (lost.length === 0) return ok(id, `All ${total} encrypted values that were tried can be decrypted.`);
  const what = lost.map(({ noun, tried, unreadable }) => `${unreadable} of ${tried} ${noun}`).join(", ");
  if (dataDir === null) return problem(id, `ENCRYPTION_KEYS can't decrypt ${what}.`);
  return problem(
    id,
    `The encryption key in ${dataDir}/secrets can't decrypt ${what}.`,
    "Set DATA_DIR to the folder that was used before, or ENCRYPTION_KEYS to its key.",
  );
}
