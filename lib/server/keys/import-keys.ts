import type { ImportLine } from "@/lib/contracts/key-import-input";
import type { Role } from "@/lib/contracts/permissions";
import type { Catalog } from "@/lib/engine/permissions/catalog";
import type { SystemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { ImportFormats } from "./import-formats";
import { type ImportRecord, readRecord } from "./import-records";
import { findTakenHashes, type ImportedKey, insertImportedKeys } from "./insert-imported-keys";
import { excessOverRole } from "./key-access";
import { readCatalog } from "./permission-catalog";

type Transaction = Prisma.TransactionClient;

const linesPerTransaction = 1000;
const reasonsKept = 1000;

/** The owner of a line's key. */
export type ImportOwner = { userId: string; role: Role; suspended: boolean };
export type ImportOptions = {
  /** Does everything but keep it. */
  dryRun: boolean;
  /** Only the operator and services for every workspace add formats of secrets: they apply to the whole server. */
  mayAddFormats: boolean;
  /** Secrets without a constant part can't be searched for in texts, so only the operator imports them. */
  mayLackPrefix: boolean;
  /** @returns Null for someone who isn't a member. */
  findOwner(line: ImportLine): Promise<ImportOwner | null>;
  /** Called after each transaction, with how many lines were read so far and how many keys they gave. */
  onProgress?(lines: number, imported: number): void;
};
export type ImportResult = {
  imported: number;
  skippedTotal: number;
  /** The first 1,000. A reason never contains the hash. */
  skipped: { line: number; reason: string }[];
};

type Numbered = { line: number; hash: string; parsed: ImportLine };

/**
 * Imports keys of another system by the hashes of their secrets, which stay the same. Each record that can't be imported is skipped
 * with a reason; the others are imported, 1,000 in a transaction.
 * @param records What docs/http-api.md (6.4) describes.
 */
export async function importKeys(
  actor: SystemActor,
  records: AsyncIterable<ImportRecord>,
  options: ImportOptions,
): Promise<ImportResult> {
  const run = new ImportRun(actor, options);
  for await (const record of records) await run.add(record);
  return run.finish();
}

class ImportRun {
  private readonly result: ImportResult = { imported: 0, skippedTotal: 0, skipped: [] };
  private readonly seen = new Set<string>();
  private waiting: Numbered[] = [];
  private read = 0;

  constructor(
    private readonly actor: SystemActor,
    private readonly options: ImportOptions,
  ) {}

  async add(record: ImportRecord): Promise<void> {
    const { line } = record;
    this.read = line;
    const parsed = readRecord(record);
    if (typeof parsed === "string") return this.skip(line, parsed);
    const hash = parsed.sha256.toString("hex");
    if (this.seen.has(hash)) return this.skip(line, "This key is repeated.");
    this.seen.add(hash);
    this.waiting.push({ line, hash, parsed });
    if (this.waiting.length === linesPerTransaction) await this.flush();
  }

  async finish(): Promise<ImportResult> {
    await this.flush();
    this.result.skipped.sort((one, other) => one.line - other.line);
    if (this.result.imported > 0) await runtime().engine.rejections.waitBriefly();
    return this.result;
  }

  private skip(line: number, reason: string): void {
    this.result.skippedTotal += 1;
    if (this.result.skipped.length < reasonsKept) this.result.skipped.push({ line, reason });
  }

  private async flush(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length > 0) await this.importBatch(batch);
    this.options.onProgress?.(this.read, this.result.imported);
  }

  private async importBatch(batch: Numbered[]): Promise<void> {
    let skips: [number, string][] = [];
    await db()
      .$transaction(
        async (transaction) => {
          skips = await this.importWithin(transaction, batch);
          if (this.options.dryRun) throw new DryRun();
        },
        { timeout: 60_000 },
      )
      .catch((error) => {
        if (!(error instanceof DryRun)) throw error;
      });
    this.result.imported += batch.length - skips.length;
    for (const [line, reason] of skips) this.skip(line, reason);
  }

  /** @returns The lines that were skipped, with reasons. */
  private async importWithin(transaction: Transaction, batch: Numbered[]): Promise<[number, string][]> {
    const skips: [number, string][] = [];
    const catalog = await readCatalog(transaction);
    const hashes = batch.map(({ parsed }) => parsed.sha256);
    const taken = await findTakenHashes(transaction, hashes);
    const formats = await ImportFormats.lock(transaction);
    const keys: (ImportedKey & { hash: string; number: number })[] = [];
    for (const { line, hash, parsed } of batch) {
      const owner = await this.options.findOwner(parsed);
      const reason = taken.has(hash)
        ? alreadyExists
        : (refusalOf(parsed, owner, catalog) ?? formats.refusalOf(parsed, this.options));
      if (reason !== null) skips.push([line, reason]);
      else keys.push({ number: line, hash, line: parsed, ownerId: (owner as ImportOwner).userId });
    }
    await formats.write(transaction);
    const inserted = await insertImportedKeys(transaction, this.actor, keys);
    for (const { hash, number } of keys) if (!inserted.has(hash)) skips.push([number, alreadyExists]);
    if (inserted.size > 0) await recordImport(transaction, this.actor, inserted.size);
    return skips;
  }
}

const alreadyExists = "This key already exists.";

/** Undoes a transaction. */
class DryRun extends Error {}

function refusalOf(line: ImportLine, owner: ImportOwner | null, catalog: Catalog): string | null {
  if (!owner) return "owner: This is not a member of the workspace.";
  if (owner.suspended) return "owner: This member is suspended.";
  const named = Object.entries(line.metadata ?? {}).find(([, value]) => holdsKey(value));
  if (named) return `metadata.${named[0]}: This looks like an API key.`;
  const unknown = (line.permissions ?? []).find((name) => !catalog.names.has(name));
  if (unknown !== undefined) return `permissions: ${unknown} is not declared.`;
  const { permission_level: permissionLevel, permissions } = line;
  const excess = excessOverRole(owner.role, { permissionLevel, permissions }, catalog);
  if (!excess) return null;
  return `${excess === "permissions" ? excess : "permission_level"}: The owner's role doesn't allow this.`;
}

function holdsKey(value: string | number | boolean): boolean {
  return typeof value === "string" && runtime().engine.keyFormats.holdsKey(value);
}

async function recordImport(transaction: Transaction, actor: SystemActor, keys: number): Promise<void> {
  const { id, name } = await transaction.workspace.findUniqueOrThrow({ where: { id: actor.workspaceId } });
  await recordAuditEvent(
    transaction,
    actor,
    "workspace.keys_imported",
    { type: "workspace", id, name },
    { keys },
  );
}
