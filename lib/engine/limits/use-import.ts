import type { GrantStore, LocalUses } from "./grant-store";
import type { SlidingWindow } from "./sliding-window";

/** A row of the store holds at most this many entries of what was used alone. */
const importedSlots = 16;
/** Limits in one call of the store: what it can do in the time for which anybody waits. */
const importedAtOnce = 200;

/** Enters into a store what memory allowed in the last window, while nothing more is allowed. */
export class UseImport {
  private remaining: LocalUses[] = [];
  private importNumber = 0;
  private running: number | null = null;

  constructor(
    private readonly memory: SlidingWindow,
    private readonly outcome: { done(): void; failed(error: Error): void },
  ) {}

  /** Takes what memory knows now. What an earlier call left is no longer entered. */
  begin(now: number): void {
    this.importNumber += 1;
    this.remaining = [...this.memory.all(now, importedSlots)].map(({ key, group, ...rest }) => ({
      id: key,
      workspaceId: group,
      ...rest,
    }));
  }

  /** Writes what is left, unless it is being written already. `outcome` is told only of what was begun last. */
  resume(store: GrantStore, holder: string): void {
    const { importNumber: begun, remaining: toEnter } = this;
    if (this.running === begun) return;
    this.running = begun;
    // Under a name of its own: a statement that arrives late must not replace what was granted or entered since.
    importAll(store, `${holder}.${begun}`, toEnter).then(
      () => this.end(begun, () => this.outcome.done()),
      (error: Error) => this.end(begun, () => this.outcome.failed(error)),
    );
  }

  private end(begun: number, tell: () => void): void {
    if (this.running === begun) this.running = null;
    if (begun === this.importNumber) tell();
  }
}

async function importAll(store: GrantStore, holder: string, uses: LocalUses[]): Promise<void> {
  while (uses.length > 0) {
    const last = uses.slice(-importedAtOnce);
    await store.importUses(holder, last);
    uses.length -= last.length;
  }
}
