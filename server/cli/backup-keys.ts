import { existsSync, readFileSync } from "node:fs";
import { AppError } from "@/lib/contracts/app-error";
import {
  type AgeIdentity,
  newIdentity,
  parseIdentity,
  parseRecipient,
  recipientText,
} from "@/lib/server/backups/age-keys";
import { writeWholeFile } from "@/lib/server/backups/write-whole-file";

/** Parses `--encrypt-to`: a public key, or a file with one on each line. */
export function requireRecipients(given: string): Buffer[] {
  const single = parseRecipient(given);
  if (single) return [single];
  if (!existsSync(given))
    throw new AppError(
      "invalid_request",
      `${given} is neither a public key, such as age1…, nor a file with public keys. Make one with database new-backup-key.`,
    );
  return linesOf(given).map((line) => {
    const key = parseRecipient(line);
    if (key) return key;
    // Not the line: it may be a secret key.
    throw new AppError("invalid_request", `${given} has a line that isn't a public key, such as age1….`);
  });
}

/** Parses the file of `--identity`. */
export function requireIdentities(file: string): AgeIdentity[] {
  return linesOf(file).map((line) => {
    const identity = parseIdentity(line);
    if (identity) return identity;
    throw new AppError("invalid_request", `${file} has a line that isn't a key, such as AGE-SECRET-KEY-1….`);
  });
}

/** Writes a new key as `age-keygen` does. @returns Its public key. */
export async function writeNewKey(file: string): Promise<string> {
  const { identity, text } = newIdentity();
  const recipient = recipientText(identity.publicKey);
  const lines = [`# created: ${new Date().toISOString()}`, `# public key: ${recipient}`, text, ""];
  await writeWholeFile(file, pieceOf(lines.join("\n")), false);
  return recipient;
}

async function* pieceOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

function linesOf(file: string): string[] {
  const lines = readText(file)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.length === 0) throw new AppError("invalid_request", `${file} has no key.`);
  return lines;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new AppError(
      "invalid_request",
      `${file} can't be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}
