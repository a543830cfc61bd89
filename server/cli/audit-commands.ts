import type { Command } from "commander";
import { AppError } from "@/lib/contracts/app-error";
import { auditGroupNames } from "@/lib/contracts/audit-actions";
import { operatorAuditQuery } from "@/lib/contracts/audit-event-query";
import { auditEventJson, findAuditPage, hasAuditEvents } from "@/lib/server/audit/list-audit-events";
import { inSnapshot } from "@/lib/server/chains/in-snapshot";
import { knownHeads } from "@/lib/server/chains/known-heads";
import { type Finding, verifyAudit } from "@/lib/server/chains/verify-audit";
import { parseInput } from "@/lib/server/http/read-body";
import { requireWorkspace } from "@/lib/server/workspaces/require-workspace";
import { action, type Print, table } from "./command-action";

type ListOptions = {
  workspace?: string;
  person?: string;
  action?: string;
  target?: string;
  from?: string;
  to?: string;
  limit: string;
  cursor?: string;
  json?: boolean;
};
type VerifyOptions = { workspace?: string; checkpoints?: string; json?: boolean };

export function addAuditCommands(program: Command): void {
  const audit = program.command("audit").description("The audit log.");
  audit
    .command("list")
    .description("The latest changes, newest first, including those of accounts and of the server.")
    .option(
      "--workspace <workspace>",
      "only this workspace: id, slug or unambiguous name; the id also of a deleted one",
    )
    .option("--person <person>", "who did it: id, or part of the name; also an API key or a service")
    .option("--action <action>", `an action such as api_key.revoked, or ${auditGroupNames.join(", ")}`)
    .option("--target <target>", "what was changed: id, or part of the name")
    .option("--from <time>", "RFC 3339, such as 2026-11-26T09:00:00Z")
    .option("--to <time>", "RFC 3339; until before this moment")
    .option("--limit <number>", "1 to 1000", "50")
    .option("--cursor <cursor>", "next_cursor of the previous page")
    .option("--json")
    .action(action(listEvents));
  audit
    .command("verify")
    .description("Check that no audit event was changed, removed or added past the server. Changes nothing.")
    .option("--workspace <workspace>", "only this workspace: id, slug or unambiguous name")
    .option(
      "--checkpoints <file>",
      "also compare with the lines of AUDIT_CHECKPOINT_FILE or AUDIT_CHECKPOINT_URL",
    )
    .option("--json")
    .action(action(verify));
}

async function listEvents(
  { workspace: named, json: _, ...options }: ListOptions,
  print: Print,
): Promise<void> {
  const { person, limit, cursor, ...filter } = parseInput(options, operatorAuditQuery);
  const workspaceId = named === undefined ? undefined : await workspaceIdOf(named);
  const page = await findAuditPage(workspaceId, { ...filter, actor: person }, { limit, cursor });
  const events = page.events.map((row) => ({ ...auditEventJson(row), workspace_id: row.workspaceId }));
  const lines = events.map(({ id, at, actor, action, target, ip }) => [
    ...[at, actor.name, action, target.name, ip ?? "-", id],
  ]);
  print(
    { events, next_cursor: page.nextCursor },
    table(["AT", "PERSON", "ACTION", "TARGET", "ADDRESS", "EVENT ID"], lines),
  );
}

async function workspaceIdOf(named: string): Promise<string> {
  if (named.startsWith("ws_") && (await hasAuditEvents(named))) return named;
  return (await requireWorkspace(named)).id;
}

/** @throws AppError for the first wrong event, so that the command exits with 1. */
async function verify({ workspace: named, checkpoints }: VerifyOptions, print: Print): Promise<void> {
  const workspace = named === undefined ? null : await requireWorkspace(named);
  const known = await knownHeads(checkpoints);
  const { chains, events, findings } = await inSnapshot((client) =>
    verifyAudit(client, workspace?.id ?? null, known.chains),
  );
  const [first] = findings;
  const document = { verified: !first, chains, events, findings: findings.map(findingJson) };
  const count = (number: number) => number.toLocaleString("en-US");
  print(
    document,
    [
      `Checked ${count(events)} ${events === 1 ? "event" : "events"} in ${count(chains)} ${chains === 1 ? "chain" : "chains"}.`,
      ...findings.map(sentenceOf),
      ...(first ? [] : ["Every event is as it was recorded."]),
    ].join("\n"),
  );
  if (first) throw new AppError("conflict", `The audit log was changed. First: ${sentenceOf(first)}`);
}

function sentenceOf({ chain, seq, eventId, problem }: Finding): string {
  const place = chain === "" ? "Events without a workspace" : `Workspace ${chain}`;
  const event = eventId === null ? `event number ${seq}` : `event ${eventId}`;
  return `${place}: ${event} ${sentences[problem]}.`;
}

const sentences: Record<Finding["problem"], string> = {
  changed: "or its seal was changed",
  missing: "is missing",
  unsealed: "was added past the server, or not sealed within a minute",
  cut_off: "and those after it are missing",
};

function findingJson({ chain, seq, eventId, problem }: Finding) {
  return { workspace_id: chain || null, number: seq, event_id: eventId, problem };
}
