import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { EnvError } from "@/lib/server/env";

/** Secrets that a local server generates, with their length in bytes. */
const lengths = { "auth-secret": 33, "encryption-key": 32 };
export type LocalSecret = keyof typeof lengths;

/**
 * Reads a secret from the data folder, and generates it on the first start.
 * @returns The current one first, then those that are still accepted.
 */
export function readLocalSecrets(dataDir: string, name: LocalSecret): string[] {
  const file = localSecretFile(dataDir, name);
  let secrets: string[];
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    if (!existsSync(file)) create(file, generate(name));
    secrets = readFileSync(file, "utf8")
      .split(/[\s,]+/)
      .filter(Boolean);
  } catch (error) {
    throw new EnvError(
      `DATA_DIR can't be used: ${path.dirname(file)} (${(error as NodeJS.ErrnoException).code}). Choose another folder or give it to this user`,
    );
  }
  const isRight = (secret: string) =>
    name === "auth-secret" ? secret.length >= 32 : Buffer.from(secret, "base64").length === 32;
  if (secrets.length === 0 || !secrets.every(isRight))
    throw new EnvError(`${file} doesn't hold a secret on each line. Restore it from a backup`);
  return secrets;
}

export function localSecretFile(dataDir: string, name: LocalSecret): string {
  return path.join(dataDir, "secrets", name);
}

/** Puts a new secret before the current one, which stays the only earlier one. @returns All, the new one first. */
export function addLocalSecret(dataDir: string, name: LocalSecret): string[] {
  const [current = ""] = readLocalSecrets(dataDir, name);
  return write(dataDir, name, [generate(name), current]);
}

/** Keeps only the current secret. */
export function removeEarlierLocalSecrets(dataDir: string, name: LocalSecret): string[] {
  return write(dataDir, name, readLocalSecrets(dataDir, name).slice(0, 1));
}

function generate(name: LocalSecret): string {
  return randomBytes(lengths[name]).toString("base64");
}

/** When two processes start at once, one of them creates the file, and both read its whole content. */
function create(file: string, secret: string): void {
  const part = writePart(file, [secret]);
  try {
    linkSync(part, file);
  } catch (error) {
    // Some file systems have no links.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") copyFileSync(part, file, constants.COPYFILE_EXCL);
  } finally {
    rmSync(part, { force: true });
  }
}

/** The file is replaced as a whole, and is on the disk before anything is encrypted with a new key. */
function write(dataDir: string, name: LocalSecret, secrets: string[]): string[] {
  const file = localSecretFile(dataDir, name);
  try {
    renameSync(writePart(file, secrets), file);
    syncFolder(path.dirname(file));
  } catch (error) {
    throw new EnvError(`${file} can't be written (${(error as NodeJS.ErrnoException).code})`);
  }
  return secrets;
}

function writePart(file: string, secrets: string[]): string {
  const part = `${file}.${randomBytes(6).toString("hex")}.part`;
  const descriptor = openSync(part, "wx", 0o600);
  try {
    writeFileSync(descriptor, `${secrets.join("\n")}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return part;
}

/** Windows can't open folders. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
