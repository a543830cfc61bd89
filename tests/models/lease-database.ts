import {
  type InstanceRow,
  type Invalidation,
  invalidationsRead,
  type RenewalReply,
} from "@/lib/engine/leases/lease";

export type LeaseRow = InstanceRow & { renewal: number };

/**
 * The part of a database that leases need (docs/decisions/014): epochs in commit order, the log of changes, one row per instance,
 * and the timeline. Used by the lease model and the store in memory.
 */
export class LeaseDatabase<Row extends LeaseRow = LeaseRow> {
  epoch = 0;
  prunedTo = 0;
  timeline = "timeline 1";
  log: Invalidation[] = [];
  rows = new Map<string, Row>();

  /** @returns The change's epoch. */
  commit(scope: Invalidation["scope"], id: string, epoch = this.epoch + 1): number {
    this.epoch = Math.max(this.epoch, epoch);
    this.log.push({ epoch, scope, id });
    return epoch;
  }

  /** Reads what a renewal reads, in one snapshot. */
  readChanges(applied: number): Omit<RenewalReply, "held" | "databaseMs"> {
    const { timeline, epoch, prunedTo } = this;
    const invalidations = this.log.filter((change) => change.epoch > applied).slice(0, invalidationsRead + 1);
    return { timeline, epoch, prunedTo, invalidations };
  }

  /** Writes what a renewal writes. @returns The row, or null when the instance has none on this timeline. */
  acknowledge({ id, renewal, applied, timeline }: Omit<LeaseRow, "leaseMs">): Row | null {
    const row = this.rows.get(id);
    if (row?.timeline !== timeline || this.timeline !== timeline) return null;
    return Object.assign(row, { renewal, applied });
  }

  /** Removes an instance's row, unless it has renewed since. */
  remove(id: string, renewal: number): void {
    if (this.rows.get(id)?.renewal === renewal) this.rows.delete(id);
  }

  /** Removes all changes from the log, so that an instance that hasn't applied them must forget everything. */
  prune(): void {
    this.prunedTo = this.epoch;
    this.log = [];
  }

  copyRows(): Map<string, Row> {
    return new Map([...this.rows].map(([id, row]) => [id, { ...row }]));
  }
}
