import type { GrantStore, UsesAlone } from "./grant-store";
import type { SlidingWindow } from "./sliding-window";

/** A row of the store holds at most this many entries of what was used alone. */
const enteredSlots = 16;
/** Limits in one call of the store: what it can do in the time for which anybody waits. */
const enteredAtOnce = 200;

/** Enters into a store what memory allowed in the last window, while nothing more is allowed. */
export class EnteredUses {
  private toEnter: UsesAlone[] = [];
  private begun = 0;
  private underWay: number | null = null;

  constructor(
    private readonly memory: SlidingWindow,
    private readonly outcome: { done(): void; failed(error: Error): void },
  ) {}

  /** Takes what memory knows now. What an earlier call left is no longer entered. */
  begin(now: number): void {
    this.begun += 1;
    this.toEnter = [...this.memory.all(now, enteredSlots)].map(({ key, group, ...rest }) => ({
      id: key,
      workspaceId: group,
      ...rest,
    }));
  }

  /** Writes what is left, unless it is being written already. `outcome` is told only of what was begun last. */
  goOn(store: GrantStore, holder: string): void {
    const { begun, toEnter } = this;
    if (this.underWay === begun) return;
    this.underWay = begun;
    // Under a name of its own: a statement that arrives late must not replace what was granted or entered since.
    enterAll(store, `${holder}.${begun}`, toEnter).then(
      () => this.end(begun, () => this.outcome.done()),
      (error: Error) => this.end(begun, () => this.outcome.failed(error)),
    );
  }

  private end(begun: number, tell: () => void): void {
    if (this.underWay === begun) this.underWay = null;
    if (begun === this.begun) tell();
  }
}

async function enterAll(store: GrantStore, holder: string, uses: UsesAlone[]): Promise<void> {
  while (uses.length > 0) {
    const last = uses.slice(-enteredAtOnce);
    await store.enter(holder, last);
    uses.length -= last.length;
  }
}
