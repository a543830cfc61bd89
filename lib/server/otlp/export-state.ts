import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { isOwnerGone, ownerText } from "@/lib/engine/log/spool-owner";

/** How far the entries of one writer have been sent. Kept in the folder of its spool. */
const state = z.object({
  /** The last entry that was sent, or is lost. */
  seq: z.number().int().min(0),
  /** What is lost and not reported yet, also of other writers. */
  lost: z.array(z.object({ writer: z.string(), first: z.number(), last: z.number(), reason: z.string() })),
  /** Of a writer that is dead: nothing is left to send. */
  isDone: z.boolean(),
});
export type ExportState = z.infer<typeof state>;

const stateFile = "otlp.json";
const claimFile = "otlp-claim";
/** A claim that wasn't renewed for so long is that of a dead process, if that can't be told otherwise. */
const claimMs = 60_000;

/** Without a readable file, sending starts again with what the spool has: twice is better than never. */
export function readExportState(folder: string): ExportState {
  try {
    return state.parse(JSON.parse(readFileSync(path.join(folder, stateFile), "utf8")));
  } catch {
    return { seq: 0, lost: [], isDone: false };
  }
}

/** Replaces the file as a whole, so that a crash leaves the old or the new one. */
export async function writeExportState(folder: string, value: ExportState): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, stateFile);
  const next = `${file}.${process.pid}`;
  await writeFile(next, JSON.stringify(value), { mode: 0o600, flush: true });
  await rename(next, file);
}

/** Whether a dead writer's spool still has something to send. */
export function isWaitingForExport(folder: string): boolean {
  return existsSync(folder) && !readExportState(folder).isDone;
}

/** Takes over the sending of a dead writer's entries, unless another process has. Two that do send them twice, no more. */
export async function claimExport(folder: string): Promise<boolean> {
  const file = path.join(folder, claimFile);
  const write = (flag: "wx" | "w") => writeFile(file, ownerText(), { mode: 0o600, flag });
  try {
    await write("wx");
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const age = Date.now() - (await stat(file)).mtimeMs;
  if (age < claimMs && !isOwnerGone(folder, claimFile)) return false;
  await write("w");
  return true;
}

/** @throws when the folder is gone. */
export async function renewClaim(folder: string): Promise<void> {
  const now = new Date();
  await utimes(path.join(folder, claimFile), now, now);
}

export async function giveUpClaim(folder: string): Promise<void> {
  await rm(path.join(folder, claimFile), { force: true }).catch(() => {});
}
