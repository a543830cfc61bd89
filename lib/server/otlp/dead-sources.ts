import { ExportSource } from "./export-source";
import { claimExport, giveUpClaim, isWaitingForExport, renewClaim } from "./export-state";

const adoptMs = 10_000;
/** Their files are open. */
const mostSources = 50;

/** The spools of dead writers on this disk that this process sends. */
export class DeadSources {
  private readonly byFolder = new Map<string, ExportSource>();
  private adoptedAt = Number.NEGATIVE_INFINITY;
  private adopting: Promise<void> | null = null;

  /**
   * @param find The folders of all dead writers, the oldest first.
   * @param onAdopt Takes over what the dead writer hasn't reported yet.
   */
  constructor(
    private readonly find: () => Promise<string[]>,
    private readonly onAdopt: (source: ExportSource) => void,
    private readonly onError: (error: Error) => void,
  ) {}

  get all(): ExportSource[] {
    return [...this.byFolder.values()];
  }

  /** Takes over more of them from time to time. Nothing has to wait for it. */
  adopt(): void {
    if (this.adopting || performance.now() - this.adoptedAt < adoptMs) return;
    this.adoptedAt = performance.now();
    this.adopting = this.adoptAll()
      .catch(this.onError)
      .finally(() => {
        this.adopting = null;
      });
  }

  /** Call it when all of a spool is sent. */
  async finish(source: ExportSource): Promise<void> {
    await source.save(true);
    await this.release(source);
  }

  async stop(): Promise<void> {
    this.adoptedAt = Number.POSITIVE_INFINITY;
    await this.adopting;
    for (const source of this.all) await this.release(source);
  }

  private async adoptAll(): Promise<void> {
    for (const source of this.all) await renewClaim(source.folder).catch(() => this.release(source));
    for (const folder of await this.find()) {
      if (this.byFolder.size >= mostSources) return;
      if (this.byFolder.has(folder) || !isWaitingForExport(folder) || !(await claimExport(folder))) continue;
      const source = ExportSource.ofDeadWriter(folder);
      this.byFolder.set(folder, source);
      this.onAdopt(source);
    }
  }

  private async release(source: ExportSource): Promise<void> {
    if (!this.byFolder.delete(source.folder)) return;
    source.close();
    await giveUpClaim(source.folder);
  }
}
