import type { ImportLine } from "@/lib/contracts/key-import-input";
import type { KeyFormat } from "@/lib/engine/keys/key-format";
import type { Prisma } from "../generated/prisma/client";

type Transaction = Prisma.TransactionClient;

/** Each format costs every decision about an unknown key a comparison. */
const maximumFormats = 32;

/** The formats of secrets, with those that a batch of imported keys adds. */
export class ImportFormats {
  private readonly added: KeyFormat[] = [];

  private constructor(private readonly known: KeyFormat[]) {}

  /** Locks the formats until the transaction ends: concurrent imports count each other's. */
  static async lock(transaction: Transaction): Promise<ImportFormats> {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('key formats', 0))`;
    return new ImportFormats(
      await transaction.keyFormat.findMany({ select: { prefix: true, length: true, checksummed: true } }),
    );
  }

  /** Why a key can't be imported, or null. Its format is added then. */
  refusalOf(
    { key_prefix: prefix, length }: ImportLine,
    { mayAddFormats, mayLackPrefix }: { mayAddFormats: boolean; mayLackPrefix: boolean },
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
