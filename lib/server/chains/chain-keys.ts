import { createHmac, randomBytes } from "node:crypto";
import type { Pool } from "@/lib/engine/postgres/client";
import type { ChainKeys } from "../runtime";
import { seal, unseal } from "../seal";

const names = ["audit", "access_log", "checkpoints"] as const;

/** Loads the keys, and makes them on the first start. @returns null if one of them can't be decrypted. */
export async function loadChainKeys(pool: Pool, encryptionKeys: Buffer[]): Promise<ChainKeys | null> {
  const made = names.map((name) => seal(randomBytes(32), chainKeySeal(name), encryptionKeys));
  await pool.query(
    `INSERT INTO chains.keys (id, sealed) SELECT * FROM unnest($1::text[], $2::bytea[]) AS made (id, sealed)
     WHERE NOT EXISTS (SELECT FROM chains.keys WHERE id = made.id) ON CONFLICT DO NOTHING`,
    [names, made],
  );
  const { rows } = await pool.query<{ id: string; sealed: Buffer }>("SELECT id, sealed FROM chains.keys");
  const sealed = new Map(rows.map((row) => [row.id, row.sealed]));
  try {
    return Object.fromEntries(
      names.map((name) => [
        name,
        unseal(sealed.get(name) ?? Buffer.alloc(0), chainKeySeal(name), encryptionKeys),
      ]),
    ) as ChainKeys;
  } catch {
    return null;
  }
}

/** Each chain has its own key, so that no part of one chain can pass as part of another. */
export function keyOfChain(key: Buffer, chain: string): Buffer {
  return createHmac("sha256", key).update(chain).digest();
}

/** The encryption context of a chain's key. */
export function chainKeySeal(name: string): string {
  return `chain_key:${name}`;
}
