import type { Pool } from "@/lib/engine/postgres/client";
import type { ServiceToken } from "./service-token";

/** Enough to tell tokens with the same label apart, and what their default labels contain. */
const digestCharacters = 8;

type Use = { label: string; digestStart: string; lastUsedAt: number };

/** When this process last accepted each service token. Requests only note it in memory; a job stores it once a minute. */
export class ServiceTokenUses {
  private readonly uses = new Map<ServiceToken, Use>();
  private unstored = new Set<ServiceToken>();

  note(token: ServiceToken): void {
    const use = this.uses.get(token);
    if (use) use.lastUsedAt = Date.now();
    else this.uses.set(token, { ...identityOf(token), lastUsedAt: Date.now() });
    this.unstored.add(token);
  }

  all(): Iterable<Use> {
    return this.uses.values();
  }

  /** Stores uses since the last call. What a process didn't store before it died is lost: at most a minute. */
  async store(pool: Pool): Promise<void> {
    const stored = this.unstored;
    if (stored.size === 0) return;
    this.unstored = new Set();
    const uses = [...stored].flatMap((token) => this.uses.get(token) ?? []);
    try {
      // The clock is the database's. Sorted, so that instances that store the same tokens don't deadlock.
      await pool.query(
        `INSERT INTO secrets.service_token_uses AS known (label, digest_start, last_used_at)
         SELECT label, digest_start, clock_timestamp() - make_interval(secs => seconds_ago)
         FROM unnest($1::text[], $2::text[], $3::float8[]) AS used (label, digest_start, seconds_ago)
         ORDER BY label COLLATE "C", digest_start COLLATE "C"
         ON CONFLICT (label, digest_start)
         DO UPDATE SET last_used_at = greatest(known.last_used_at, EXCLUDED.last_used_at)`,
        [
          uses.map(({ label }) => label),
          uses.map(({ digestStart }) => digestStart),
          uses.map(({ lastUsedAt }) => Math.max(0, (Date.now() - lastUsedAt) / 1000)),
        ],
      );
    } catch (error) {
      for (const token of stored) this.unstored.add(token);
      throw error;
    }
  }
}

export type ListedServiceToken = {
  label: string;
  digestStart: string;
  workspaceId: string | null;
  /** Null: no instance has accepted it, or not in the last minute. */
  lastUsedAt: Date | null;
};

/** Service tokens of this process's settings, with their last use on any instance. */
export async function listServiceTokens(
  pool: Pool,
  tokens: readonly ServiceToken[],
): Promise<ListedServiceToken[]> {
  const { rows } = await pool.query<{ label: string; digestStart: string; lastUsedAt: Date }>(
    `SELECT label, digest_start AS "digestStart", last_used_at AS "lastUsedAt" FROM secrets.service_token_uses`,
  );
  return tokens.map((token) => {
    const identity = identityOf(token);
    const use = rows.find(
      ({ label, digestStart }) => label === identity.label && digestStart === identity.digestStart,
    );
    return { ...identity, workspaceId: token.workspaceId, lastUsedAt: use?.lastUsedAt ?? null };
  });
}

function identityOf({ label, digest }: ServiceToken): { label: string; digestStart: string } {
  return { label, digestStart: digest.toString("hex").slice(0, digestCharacters) };
}
