import { type ImportLine, importLine } from "@/lib/contracts/key-import-input";
import type { Role } from "@/lib/contracts/permissions";
import type { KeyFormat } from "@/lib/engine/keys/key-format";
import type { Catalog } from "@/lib/engine/permissions/catalog";
import type { SystemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { db, runtime } from "../runtime";
import { defaultEnvironment, excessOverRole } from "./key-access";
import { readCatalog } from "./permission-catalog";

type Transaction = Prisma.TransactionClient;

const linesPerTransaction = 1000;
/** Each format costs every decision about an unknown key a comparison. */
const maximumFormats = 32;
const reasonsKept = 1000;

/** Who a line's key shall belong to. */
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
  /** Called after each transaction with how many lines were read. */
  onProgress?(lines: number): void;
};
export type ImportResult = {
  imported: number;
  skippedTotal: number;
  /** The first 1,000. A reason never contains the hash. */
  skipped: { line: number; reason: string }[];
};

type Numbered = { line: number; parsed: ImportLine };

/**
 * Imports keys of another system by the hashes of their secrets, which stay the same. Each line that can't be imported is skipped
 * with a reason; the others are imported, 1,000 in a transaction.
 * @param lines JSON as docs/http-api.md (6.4) describes it; empty lines are ignored.
 */
export async function importKeys(
  actor: SystemActor,
  lines: AsyncIterable<string>,
  options: ImportOptions,
): Promise<ImportResult> {
  const run = new ImportRun(actor, options);
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() !== "") await run.add(line, text);
  }
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

  async add(line: number, text: string): Promise<void> {
    this.read = line;
    const parsed = parseLine(text);
    if (typeof parsed === "string") this.skip(line, parsed);
    else if (this.seen.has(parsed.sha256.toString("base64"))) this.skip(line, "This key is repeated.");
    else {
      this.seen.add(parsed.sha256.toString("base64"));
      this.waiting.push({ line, parsed });
      if (this.waiting.length === linesPerTransaction) await this.flush();
    }
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
    this.options.onProgress?.(this.read);
  }

  private async importBatch(batch: Numbered[]): Promise<void> {
    let count = 0;
    const skips: [number, string][] = [];
    const work = async (transaction: Transaction) => {
      const catalog = await readCatalog(transaction);
      const taken = await findTaken(transaction, batch);
      const formats = new Formats(await lockFormats(transaction));
      const rows: Prisma.ApiKeyCreateManyInput[] = [];
      for (const { line, parsed } of batch) {
        const owner = await this.options.findOwner(parsed);
        const reason = taken.has(parsed.sha256.toString("base64"))
          ? "This key already exists."
          : (refusalOf(parsed, owner, catalog) ?? formats.refusalOf(parsed, this.options));
        if (reason !== null) skips.push([line, reason]);
        else rows.push(rowOf(this.actor, parsed, (owner as ImportOwner).userId));
      }
      await formats.write(transaction);
      count = (await transaction.apiKey.createMany({ data: rows, skipDuplicates: true })).count;
      if (count > 0) await recordImport(transaction, this.actor, count);
      if (this.options.dryRun) throw new DryRun();
    };
    await db()
      .$transaction(work, { timeout: 60_000 })
      .catch((error) => {
        if (!(error instanceof DryRun)) throw error;
      });
    this.result.imported += count;
    for (const [line, reason] of skips) this.skip(line, reason);
  }
}

/** Undoes a transaction. */
class DryRun extends Error {}

function parseLine(text: string): ImportLine | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "This is not JSON.";
  }
  const { success, data, error } = importLine.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") return `Unknown field: ${issue.keys[0]}.`;
  const field = issue?.path.join(".");
  return field ? `${field}: ${issue?.message}` : (issue?.message ?? "This line isn't valid.");
}

async function findTaken(transaction: Transaction, batch: Numbered[]): Promise<Set<string>> {
  const hashes = batch.map(({ parsed }) => Uint8Array.from(parsed.sha256));
  const taken = await transaction.apiKey.findMany({
    where: { hash: { in: hashes } },
    select: { hash: true },
  });
  return new Set(taken.map(({ hash }) => Buffer.from(hash).toString("base64")));
}

function refusalOf(line: ImportLine, owner: ImportOwner | null, catalog: Catalog): string | null {
  if (!owner) return "owner: This is not a member of the workspace.";
  if (owner.suspended) return "owner: This member is suspended.";
  const unknown = (line.permissions ?? []).find((name) => !catalog.names.has(name));
  if (unknown !== undefined) return `permissions: ${unknown} is not declared.`;
  const { permission_level: permissionLevel, permissions } = line;
  const excess = excessOverRole(owner.role, { permissionLevel, permissions }, catalog);
  return excess ? `${excess}: The owner's role doesn't allow this.` : null;
}

/** The formats of secrets, with those that the batch adds. */
class Formats {
  private readonly added: KeyFormat[] = [];

  constructor(private readonly known: KeyFormat[]) {}

  refusalOf(
    { key_prefix: prefix, length }: ImportLine,
    { mayAddFormats, mayLackPrefix }: ImportOptions,
  ): string | null {
    if (prefix === "" && !mayLackPrefix)
      return "key_prefix: Keys without a prefix are imported with the command line.";
    const same = [...this.known, ...this.added].find((one) => one.prefix === prefix && one.length === length);
    // A native secret has a checksum, which we can't verify by its hash.
    if (same?.checksummed) return "key_prefix: This is the format of this server's own keys.";
    if (same) return null;
    if (!mayAddFormats)
      return "key_prefix: This format is new. A service token for every workspace can add it.";
    const imported = this.known.filter(({ checksummed }) => !checksummed).length + this.added.length;
    if (imported >= maximumFormats) return `key_prefix: At most ${maximumFormats} formats can be imported.`;
    this.added.push({ prefix, length, checksummed: false });
    return null;
  }

  async write(transaction: Transaction): Promise<void> {
    if (this.added.length > 0)
      await transaction.keyFormat.createMany({ data: this.added, skipDuplicates: true });
  }
}

/** Concurrent imports count each other's formats. */
async function lockFormats(transaction: Transaction): Promise<KeyFormat[]> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('key formats', 0))`;
  return transaction.keyFormat.findMany({ select: { prefix: true, length: true, checksummed: true } });
}

function rowOf(actor: SystemActor, line: ImportLine, ownerId: string): Prisma.ApiKeyCreateManyInput {
  const service = actor.service;
  return {
    id: newId("key"),
    workspaceId: actor.workspaceId,
    ownerId,
    name: line.name,
    hash: Uint8Array.from(line.sha256),
    prefix: line.key_prefix,
    suffix: line.key_suffix,
    permissionLevel: line.permission_level,
    permissions: line.permissions ?? [],
    environment: line.environment ?? defaultEnvironment,
    allowedIps: line.allowed_ips ?? [],
    metadata: line.metadata ?? {},
    expiresAt: line.expires_at ? new Date(line.expires_at) : null,
    createdByType: service === undefined ? "system" : "service",
    createdById: service ?? "system",
    ...(line.disabled && {
      ...{ disabledAt: new Date(), disabledByAdmin: true },
      ...{ disabledByType: "system" as const, disabledById: "system" },
    }),
  };
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
