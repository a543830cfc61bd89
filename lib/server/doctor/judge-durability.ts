import { type Finding, note, ok, problem, warning } from "./finding";

export type DurabilityFacts = {
  isStandby: boolean;
  synchronousCommit: string;
  fsync: string;
  fullPageWrites: string;
  synchronousNames: string;
  /** Standbys that stream from the database, logical subscribers and backups aside. */
  standbys: number;
  /** Null if our role may not see it. */
  synchronousStandbys: number | null;
};

/** Judges whether a revocation that was answered survives a crash and a failover. */
export function judgeDurability(facts: DurabilityFacts): Finding[] {
  return facts.isStandby ? [] : [judgeCrash(facts), judgeFailover(facts)];
}

function judgeCrash({ synchronousCommit, fsync, fullPageWrites }: DurabilityFacts): Finding {
  const id = "database.durability";
  const off = [
    ...(synchronousCommit === "off" ? ["synchronous_commit"] : []),
    ...(fsync === "off" ? ["fsync"] : []),
    ...(fullPageWrites === "off" ? ["full_page_writes"] : []),
  ];
  if (off.length > 0) return problem(id, `${off.join(" and ")} ${off.length === 1 ? "is" : "are"} off.`);
  return ok(id, `What is committed survives a crash (synchronous_commit is ${synchronousCommit}).`);
}

function judgeFailover(facts: DurabilityFacts): Finding {
  const { standbys, synchronousNames, synchronousStandbys, synchronousCommit } = facts;
  const id = "database.standbys";
  const number = standbys === 1 ? "1 standby follows" : `${standbys} standbys follow`;
  if (synchronousNames === "") {
    if (standbys === 0) return ok(id, "No standby follows the database.");
    return warning(id, `${number} the database, and synchronous_standby_names is empty.`);
  }
  if (synchronousCommit === "local" || synchronousCommit === "off")
    return warning(
      id,
      `synchronous_standby_names is set, but synchronous_commit is ${synchronousCommit}: no commit waits for a standby.`,
      "Set synchronous_commit to on.",
    );
  if (synchronousStandbys === null)
    return note(
      id,
      `synchronous_standby_names is ${synchronousNames}; our role may not see which standbys are synchronous.`,
      "To check it as well: GRANT pg_read_all_stats to the role.",
    );
  if (synchronousStandbys === 0)
    return problem(
      id,
      `synchronous_standby_names is ${synchronousNames}, but no synchronous standby is connected: commits wait for one.`,
      "Repair the standby. Clearing synchronous_standby_names lets commits go on, without its protection.",
    );
  return ok(id, `${number} the database, ${synchronousStandbys} synchronous.`);
}
