/** Callbacks that wait until the store has a writer's entries up to a sequence number. */
export class CopyWaiters {
  private waiting: { seq: number; resolve: () => void }[] = [];

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  add(seq: number, resolve: () => void): void {
    this.waiting.push({ seq, resolve });
  }

  copiedUpTo(drainedSeq: number): void {
    this.waiting = this.waiting.filter(({ seq, resolve }) => {
      if (seq > drainedSeq) return true;
      resolve();
      return false;
    });
  }
}
