import type { Command } from "commander";
import { AppError } from "@/lib/contracts/app-error";
import { inSnapshot } from "@/lib/server/chains/in-snapshot";
import { knownHeads } from "@/lib/server/chains/known-heads";
import { type Finding, verifyAudit } from "@/lib/server/chains/verify-audit";
import { requireWorkspace } from "@/lib/server/workspaces/require-workspace";
import { action, type Print } from "./command-action";

type VerifyOptions = { workspace?: string; checkpoints?: string; json?: boolean };

export function addAuditCommands(program: Command): void {
  program
    .command("audit")
    .description("The audit log.")
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
      `Checked ${count(events)} events in ${count(chains)} chains.`,
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
