import { readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { AppError } from "@/lib/contracts/app-error";
import { moveDatabase, reopenDatabase } from "@/lib/server/backups/move-database";
import { resolveSslMode } from "@/lib/server/database";
import { parseEnv } from "@/lib/server/env";
import { programVersion } from "@/lib/server/version";
import { projectRoot } from "../start-runtime";
import { withDatabaseUrl } from "./database-access";

type Options = { to: string; json?: boolean };

export async function move({ to, json }: Options): Promise<void> {
  const target = await resolveSslMode(await requireUrl(to));
  const migrations = path.join(projectRoot(), "prisma/migrations");
  const moved = await withDatabaseUrl(parseEnv(process.env), false, (from) =>
    moveDatabase(from, target, migrations, { keyward: programVersion, encryptionKeyId: "" }),
  );
  const document = { rows: moved.rows, left_out: moved.unknownTables };
  const lines = [
    `Moved ${moved.rows.toLocaleString("en-US")} rows. The old database can only be read from now on.`,
    "Set DATABASE_URL to the new one, keep DATA_DIR and the other settings, and restart every instance.",
    "To return to the old one instead: database reopen.",
  ];
  console.log(json ? JSON.stringify(document) : lines.join("\n"));
}

export async function reopen({ json }: { json?: boolean }): Promise<void> {
  await withDatabaseUrl(parseEnv(process.env), false, reopenDatabase);
  console.log(json ? JSON.stringify({ reopened: true }) : "The database can be written again.");
}

/** Everyone on the machine can read arguments, so a password comes from a file or standard input. */
async function requireUrl(given: string): Promise<string> {
  const isFile = given.startsWith("@");
  const url = (isFile ? await readGiven(given.slice(1)) : given).trim();
  const parsed = /^postgres(ql)?:\/\/[^/]*\/[^/?]+/.test(url) ? URL.parse(url) : null;
  if (!parsed)
    throw new AppError(
      "invalid_request",
      "--to must be like postgresql://user@host:5432/database, or @FILE with such a line.",
    );
  if (parsed.password && !isFile)
    throw new AppError(
      "invalid_request",
      "--to must not have a password, because others on this machine can read it there. Put the URL into a file and give --to @FILE, or @- for standard input.",
    );
  return url;
}

async function readGiven(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new AppError(
      "invalid_request",
      `${file} can't be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}
