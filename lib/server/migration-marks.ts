/** A migration that was applied, and the oldest release that works with what it left. Null if that wasn't recorded. */
export type AppliedMigration = { migration_name: string; compatible_since: string | null };

/**
 * The oldest release that works with the database once this migration is applied. A migration that only adds is compatible with all
 * releases before it: `0.0.0`. One that takes something away says in the comment it begins with from which release on no code uses
 * that: `-- Compatible since 0.2.0: nothing reads members.nickname.`
 */
export function compatibleSince(sql: string): string {
  const lines = sql.split(/\r?\n/);
  const end = lines.findIndex((line) => !/^\s*(--|$)/.test(line));
  const header = end === -1 ? lines : lines.slice(0, end);
  return (
    header.map((line) => /^\s*-- Compatible since (\d+\.\d+\.\d+)\b/.exec(line)?.[1]).find(Boolean) ?? "0.0.0"
  );
}

/**
 * Whether this release may use a database that a newer one has migrated (record 038).
 * @param known The migrations of this release.
 * @returns The names of the newer ones.
 * @throws If one of them took away what this release uses, or doesn't say that it didn't.
 */
export function requireCompatible(
  applied: readonly AppliedMigration[],
  known: readonly string[],
  release: string,
): string[] {
  const own = new Set(known);
  const newer = applied.filter(({ migration_name: name }) => !own.has(name));
  for (const { migration_name: name, compatible_since: since } of newer) {
    if (since === null)
      throw new Error(
        `a newer version of Keyward migrated it (${name}) without recording whether ${release} still works with it. Start that version or a later one`,
      );
    if (compareReleases(release, since) < 0)
      throw new Error(
        `a newer version of Keyward migrated it (${name}), and this one is too old: ${release}. Start ${since} or a later version`,
      );
  }
  return newer.map(({ migration_name: name }) => name).sort();
}

/** Negative if `one` is older. */
export function compareReleases(one: string, other: string): number {
  const [left, right] = [one, other].map((release) =>
    release.split(".").map((part) => Number.parseInt(part, 10)),
  );
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
