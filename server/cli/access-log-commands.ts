import { type Command, Option } from "commander";
import { operatorAccessLogQuery } from "@/lib/contracts/access-log-query";
import { logCodes, logSources, outcomes } from "@/lib/contracts/access-logs";
import { AppError } from "@/lib/contracts/app-error";
import { inSnapshot } from "@/lib/server/chains/in-snapshot";
import { knownHeads } from "@/lib/server/chains/known-heads";
import type { LogFinding } from "@/lib/server/chains/log-checker";
import { verifyAccessLog } from "@/lib/server/chains/verify-access-log";
import { parseInput } from "@/lib/server/http/read-body";
import { entryJson, type LoggedEntry, listAccessLog } from "@/lib/server/logs/list-access-log";
import { memberIds } from "@/lib/server/logs/log-filter";
import { requireWorkspace } from "@/lib/server/workspaces/require-workspace";
import { action, type Print, table } from "./command-action";

type ListOptions = {
  workspace?: string;
  keyId?: string;
  outcome?: string;
  code?: string;
  ip?: string;
  source?: string;
  method?: string;
  path?: string;
  requestId?: string;
  from?: string;
  to?: string;
  limit: string;
  cursor?: string;
  json?: boolean;
};

type VerifyOptions = { checkpoints?: string; json?: boolean };

export function addAccessLogCommands(program: Command): void {
  const log = program.command("access-log").description("Requests with API keys, and sign-ins.");
  log
    .command("verify")
    .description("Check that no entry was changed, removed or added past the server. Changes nothing.")
    .option(
      "--checkpoints <file>",
      "also compare with the lines of AUDIT_CHECKPOINT_FILE or AUDIT_CHECKPOINT_URL",
    )
    .option("--json")
    .action(action(verify));
  log
    .command("list")
    .description("The latest entries, newest first, including those of unknown keys and unknown accounts.")
    .option("--workspace <workspace>", "only this workspace: id, slug or unambiguous name")
    .option("--key-id <id>")
    .addOption(new Option("--outcome <outcome>").choices(outcomes))
    .addOption(new Option("--code <code>").choices(logCodes))
    .option("--ip <address>", "an address or a CIDR block")
    .addOption(new Option("--source <source>").choices(logSources))
    .option("--method <method>")
    .option("--path <path>", "the beginning of a path")
    .option("--request-id <id>")
    .option("--from <time>", "RFC 3339, such as 2026-11-26T09:00:00Z")
    .option("--to <time>", "RFC 3339")
    .option("--limit <number>", "1 to 1000", "50")
    .option("--cursor <cursor>", "next_cursor of the previous page")
    .option("--json")
    .action(action(listEntries));
}

async function listEntries(
  { workspace: named, json: _, ...options }: ListOptions,
  print: Print,
): Promise<void> {
  const { keyId, requestId, ...filters } = options;
  const query = parseInput({ ...filters, key_id: keyId, request_id: requestId }, operatorAccessLogQuery);
  const { key_id, request_id, code, ip, source, method, path, ...rest } = query;
  const only = <Value extends string>(value: Value | undefined) => value && { is: [value], not: [] };
  const workspace = named === undefined ? null : await requireWorkspace(named);
  const page = await listAccessLog({
    ...rest,
    view: "all",
    key: only(key_id),
    code: only(code),
    ip: only(ip),
    source: only(source),
    method: only(method),
    path: only(path),
    requestId: request_id,
    workspaceId: workspace?.id ?? null,
    ownerId: null,
    signInsOf: workspace ? await memberIds(workspace.id) : [],
  });
  const document = {
    entries: page.entries.map(operatorEntryJson),
    next_cursor: page.nextCursor,
    complete_up_to: page.completeUpTo.toISOString(),
  };
  const lines = document.entries.map((entry) => [
    entry.at,
    entry.outcome,
    entry.code,
    entry.key_id ?? entry.user_id ?? "-",
    entry.ip ?? "-",
    requestOf(entry),
    entry.request_id,
  ]);
  print(document, table(["AT", "OUTCOME", "CODE", "KEY OR USER", "ADDRESS", "REQUEST", "REQUEST ID"], lines));
}

/** @throws AppError for the first wrong entry, so that the command exits with 1. */
async function verify({ checkpoints }: VerifyOptions, print: Print): Promise<void> {
  const known = await knownHeads(checkpoints);
  const { entries, writers, lost, findings } = await inSnapshot((client, other) =>
    verifyAccessLog(client, other, known.writers),
  );
  const [first] = findings;
  const count = (number: number) => number.toLocaleString("en-US");
  print(
    { verified: !first, writers, entries, lost, findings: findings.map(findingJson) },
    [
      `Checked ${count(entries)} entries of ${count(writers)} writers.`,
      ...(lost > 0 ? [`${count(lost)} entries were lost with a disk before they were copied.`] : []),
      ...findings.map(findingText),
      ...(first ? [] : ["Every entry is as it was recorded."]),
    ].join("\n"),
  );
  if (first) throw new AppError("conflict", `The access log was changed. First: ${findingText(first)}`);
}

function findingText({ writer, firstSeq, lastSeq, problem }: LogFinding): string {
  const which = firstSeq === lastSeq ? `entry ${firstSeq}` : `entries ${firstSeq} to ${lastSeq}`;
  return `Writer ${writer}: ${which}: ${problem === "cut_off" ? "missing at the end" : problem}.`;
}

function findingJson({ writer, firstSeq, lastSeq, problem }: LogFinding) {
  return { writer, first_number: firstSeq, last_number: lastSeq, problem };
}

function requestOf(entry: ReturnType<typeof operatorEntryJson>): string {
  const request = [entry.method, entry.path].filter(Boolean).join(" ") || entry.source;
  const { attempts } = entry;
  return attempts && attempts.count > 1 ? `${request} (${attempts.count} attempts)` : request;
}

function operatorEntryJson(entry: LoggedEntry) {
  const { attempts } = entry;
  return {
    ...entryJson(entry),
    workspace_id: entry.workspaceId,
    user_id: entry.userId,
    ...(attempts && {
      attempts: { count: attempts.count, last_at: attempts.lastAt.toISOString(), codes: attempts.codes },
    }),
  };
}
