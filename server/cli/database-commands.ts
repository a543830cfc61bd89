import type { Command } from "commander";
import { afterRestore } from "./adopt-restored-command";
import { backUp } from "./backup-command";
import { writeNewKey } from "./backup-keys";
import { move, reopen } from "./move-command";
import { restore } from "./restore-command";
import { verifyBackup } from "./verify-backup-command";

export function addDatabaseCommands(program: Command): void {
  const database = program.command("database").description("Backups of the database.");
  database
    .command("backup")
    .description("Write everything that the database has into a file, while the server runs.")
    .requiredOption("--to <file>")
    .option(
      "--encrypt-to <key>",
      "encrypt it: a public key (age1…) or a file with public keys. Can be repeated",
      (key: string, others: string[]) => [...others, key],
      [],
    )
    .option("--force", "replace the file if it exists")
    .option("--json")
    .action(backUp);
  database
    .command("verify-backup")
    .description("Check that a backup is whole and unchanged. Needs no database, and restores nothing.")
    .requiredOption("--from <file>", "- reads standard input")
    .option("--identity <file>", "the secret key of an encrypted backup")
    .option("--json")
    .action(verifyBackup);
  database
    .command("restore")
    .description("Load a backup into an empty database: a new DATA_DIR, or a new database of DATABASE_URL.")
    .requiredOption("--from <file>", "- reads standard input")
    .option("--identity <file>", "the secret key of an encrypted backup")
    .option(
      "--keys-are-lost",
      "restore without the ENCRYPTION_KEYS of the backup, of which there is no copy, and accept any signature",
    )
    .option("--json")
    .action(restore);
  database
    .command("after-restore")
    .description(
      "After a restore by other means, such as pg_restore, recovery to a point in time or a snapshot, before the server starts: end sessions, and void what instances remember.",
    )
    .requiredOption("--taken-at <time>", "the time of the restored state, such as 2026-11-28T09:00:00Z")
    .option("--json")
    .action(afterRestore);
  database
    .command("move")
    .description(
      "Copy everything into an empty database of another server, and make this one read-only. Decisions about keys go on until then; changes wait and fail.",
    )
    .requiredOption("--to <url>", "a URL without a password, @FILE with a URL, or @- for standard input")
    .option("--json")
    .action(move);
  database
    .command("reopen")
    .description("Make a database writable again that was moved, to return to it.")
    .option("--json")
    .action(reopen);
  database
    .command("new-backup-key")
    .description("Make a key pair for encrypted backups. Prints the public key.")
    .requiredOption("--to <file>", "the file for the secret key, which only a restore needs")
    .option("--json")
    .action(newBackupKey);
}

async function newBackupKey({ to, json }: { to: string; json?: boolean }): Promise<void> {
  const recipient = await writeNewKey(to);
  console.log(json ? JSON.stringify({ public_key: recipient, file: to }) : recipient);
  if (!json) console.error(`The secret key is in ${to}. Keep it away from this server and from the backups.`);
}
