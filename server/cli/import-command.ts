import { createReadStream } from "node:fs";
import { type Command, Option } from "commander";
import type { ImportLine } from "@/lib/contracts/key-import-input";
import { systemActor } from "@/lib/server/actor";
import { type ImportOwner, importKeys } from "@/lib/server/keys/import-keys";
import { type ImportRecord, jsonRecords } from "@/lib/server/keys/import-records";
import { findImportOwner } from "@/lib/server/workspaces/members/find-key-owner";
import { requireWorkspace } from "@/lib/server/workspaces/require-workspace";
import { action, type Print } from "./command-action";
import { csvRecords } from "./csv-records";
import { createImportProgress } from "./import-progress";
import { convertRecord, type ImportSource, importSources } from "./import-sources";
import { decodeText, linesOf } from "./text-input";
import { wholeNumber } from "./workspace-commands";

type ImportOptions = {
  workspace: string;
  file: string;
  from: ImportSource;
  dryRun?: boolean;
  keyPrefix?: string;
  keyLength?: number;
  json?: boolean;
};

export function addImportCommand(key: Command): void {
  key
    .command("import")
    .description("Import keys of another system by the hashes of their secrets, which stay the same.")
    .requiredOption("--workspace <workspace>", "id, slug or unambiguous name")
    .requiredOption("--file <path>", "one JSON object a line, or CSV; - reads standard input")
    .addOption(
      new Option("--from <source>", "where the lines come from").choices([...importSources]).default("jsonl"),
    )
    .option("--dry-run", "check every line and import none")
    .option("--key-prefix <prefix>", "the constant part of the secrets, if the lines don't have it")
    .option("--key-length <characters>", "the length of the secrets, if the lines don't have it", wholeNumber)
    .option("--json")
    .action(action(importFile));
}

async function importFile(options: ImportOptions, print: Print): Promise<void> {
  const workspace = await requireWorkspace(options.workspace);
  const actor = systemActor(workspace.id, "Operator");
  const owners = new Map<string, ImportOwner | null>();
  const { isTTY } = process.stderr;
  const progress = options.json && !isTTY ? null : createImportProgress(process.stderr);
  const result = await importKeys(actor, recordsOf(options), {
    dryRun: options.dryRun ?? false,
    mayAddFormats: true,
    mayLackPrefix: true,
    findOwner: async (line) => {
      const who = whoOf(line);
      if (!owners.has(who)) owners.set(who, await findImportOwner(workspace.id, line));
      return owners.get(who) ?? null;
    },
    onProgress: progress?.update,
  }).finally(() => progress?.end());
  const { imported, skippedTotal, skipped } = result;
  if (!options.json) for (const { line, reason } of skipped) console.error(`line ${line}: ${reason}`);
  const verb = options.dryRun ? "would be imported" : "imported";
  print(
    { imported, skipped, skipped_total: skippedTotal, dry_run: options.dryRun ?? false },
    `${imported.toLocaleString("en-US")} keys ${verb} into ${workspace.name}, ${skippedTotal.toLocaleString("en-US")} lines skipped.`,
  );
}

function whoOf({ owner, owner_email: email }: ImportLine): string {
  return JSON.stringify([owner, email]);
}

async function* recordsOf({ file, from, keyPrefix, keyLength }: ImportOptions): AsyncIterable<ImportRecord> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  const defaults = { keyPrefix, keyLength };
  if (from === "csv") yield* csvRecords(input, defaults);
  else
    for await (const record of jsonRecords(linesOf(decodeText(input))))
      yield convertRecord(from, record, defaults);
}
