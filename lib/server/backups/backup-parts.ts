import { z } from "zod";

/** What a backup begins with. */
export const backupHeader = z.object({
  /** The version of Keyward that made it. */
  keyward: z.string(),
  /** When its snapshot was taken, by the database's clock. Everything that was committed before is in it. */
  takenAt: z.iso.datetime(),
  /** Which database it was: `decisions.incarnation()`, or `standby`. */
  timeline: z.string(),
  /** The epoch of the last change of a key, member or workspace. */
  epoch: z.number().int(),
  migrations: z.array(z.string()),
  /** The id of the encryption key that its signature was made with (`sign-backup.ts`). */
  encryptionKeyId: z.string(),
  /** In the order in which they have to be loaded. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).min(1) })),
  /** Days of the access log that have a partition, as YYYYMMDD. */
  logDays: z.array(z.string().regex(/^\d{8}$/)),
  /** The last number that each sequence gave out. */
  sequences: z.record(z.string(), z.number().int()),
});

export type BackupHeader = z.output<typeof backupHeader>;

/** A backup is a header, and then for each of its tables: the table, its rows in any number of pieces, and the end. */
export type BackupPart =
  | { kind: "header"; header: BackupHeader }
  | { kind: "table"; name: string }
  /** Bytes in the text format of COPY. */
  | { kind: "rows"; bytes: Buffer }
  | { kind: "end"; rows: number };
