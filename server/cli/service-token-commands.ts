import type { Command } from "commander";
import { runtime } from "@/lib/server/runtime";
import { listServiceTokens } from "@/lib/server/service-token-uses";
import { action, type Print, table } from "./command-action";

export function addServiceTokenCommands(program: Command): void {
  program
    .command("service-token")
    .description("The tokens of SERVICE_TOKENS and SERVICE_TOKEN.")
    .command("list")
    .description("Each token with its last use, which takes a minute to appear.")
    .option("--json")
    .action(action(listTokens));
}

async function listTokens(_options: { json?: boolean }, print: Print): Promise<void> {
  const { pool, env } = runtime();
  const tokens = await listServiceTokens(pool, env.serviceTokens);
  const lines = tokens.map(({ label, digestStart, workspaceId, lastUsedAt }) => [
    ...[label, digestStart, workspaceId ?? "all", lastUsedAt?.toISOString() ?? "never"],
  ]);
  print(
    {
      service_tokens: tokens.map(({ label, digestStart, workspaceId, lastUsedAt }) => ({
        label,
        digest: digestStart,
        workspace_id: workspaceId,
        last_used_at: lastUsedAt?.toISOString() ?? null,
      })),
      total: tokens.length,
    },
    tokens.length === 0
      ? "Neither SERVICE_TOKENS nor SERVICE_TOKEN is set."
      : table(["LABEL", "DIGEST", "WORKSPACE", "LAST USED"], lines),
  );
}
