import type { GrantStore, LocalUses } from "./grant-store";
import type { SlidingWindow } from "./sliding-window";

/** How many slots of imported uses a row of the store holds at most. */
const importedSlots = 16;
/** Limits per call of the store, so that a call finishes within its timeout. */
const importedAtOnce = 200;

/** Writes the uses of the last window from memory into a store. Nothing may be allowed in the meantime. */
export class UseImport {
  private remaining: LocalUses[] = [];
  private importNumber = 0;
  private running: number | null = null;

  constructor(
    private readonly memory: SlidingWindow,
    private readonly outcome: { done(): void; failed(error: Error): void },
  ) {}

  /** Takes the uses that memory has now. An earlier import that has not finished is abandoned. */
  begin(now: number): void {
    this.importNumber += 1;
    this.remaining = [...this.memory.all(now, importedSlots)].map(({ key, group, ...rest }) => ({
      id: key,
      workspaceId: group,
      ...rest,
    }));
  }

  /** Writes what remains, unless that is in progress. Only the import that was begun last calls `outcome`. */
  resume(store: GrantStore, holder: string): void {
    const { importNumber, remaining } = this;
    if (this.running === importNumber) return;
    this.running = importNumber;
    // Each import has its own holder name: a statement that arrives late must not replace newer grants or imports.
    importAll(store, `${holder}.${importNumber}`, remaining).then(
      () => this.end(importNumber, () => this.outcome.done()),
      (error: Error) => this.end(importNumber, () => this.outcome.failed(error)),
    );
  }

  private end(importNumber: number, report: () => void): void {
    if (this.running === importNumber) this.running = null;
    if (importNumber === this.importNumber) report();
  }
}

async function importAll(store: GrantStore, holder: string, uses: LocalUses[]): Promise<void> {
  while (uses.length > 0) {
    const last = uses.slice(-importedAtOnce);
    await store.importUses(holder, last);
    uses.length -= last.length;
  }
}
