import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@/lib/contracts/app-error";

/**
 * Writes a file that only its owner can read. It appears under its name when it is complete and on the disk, or not at all.
 * @param isReplaced Whether a file of that name is replaced.
 * @returns Its size.
 * @throws AppError `conflict` if there is one and it isn't.
 */
export async function writeWholeFile(
  file: string,
  pieces: AsyncIterable<Uint8Array>,
  isReplaced: boolean,
): Promise<number> {
  // Here too, because a backup can take hours.
  if (!isReplaced && existsSync(file)) throw exists(file);
  const part = `${file}.${randomBytes(6).toString("hex")}.part`;
  let size = 0;
  const handle = await open(part, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new AppError("invalid_request", `${file} can't be written (${error.code}).`);
  });
  try {
    for await (const piece of pieces) {
      await handle.writeFile(piece);
      size += piece.byteLength;
    }
    await handle.sync();
    await handle.close();
    await (isReplaced ? rename(part, file) : publish(part, file));
    await syncFolder(path.dirname(file));
    return size;
  } finally {
    await handle.close().catch(() => {});
    await rm(part, { force: true });
  }
}

/** Unlike `rename`, a link never replaces a file. */
async function publish(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    // Some file systems have no links.
    if ((error as NodeJS.ErrnoException).code === "EEXIST" || existsSync(file)) throw exists(file);
    await rename(part, file);
  }
}

/** Windows can't open folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function exists(file: string): AppError {
  return new AppError("conflict", `${file} exists. Choose another name, or add --force to replace it.`);
}
