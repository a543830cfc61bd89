import { type Command, Option } from "commander";
import { createApiKeyInput } from "@/lib/contracts/api-key-input";
import type { PermissionLevel } from "@/lib/contracts/api-keys";
import { systemActor } from "@/lib/server/actor";
import { createApiKey } from "@/lib/server/api-keys/create-api-key";
import { findListedKeys, pageOfApiKeys } from "@/lib/server/api-keys/page-of-api-keys";
import { revokeApiKey } from "@/lib/server/api-keys/revoke-api-key";
import { AppError } from "@/lib/server/app-error";
import { parseInput } from "@/lib/server/http/read-body";
import { apiKeyJson, newApiKeyJson, receiptJson } from "@/lib/server/key-api/api-key-json";
import { findKeyOwner } from "@/lib/server/members/find-key-owner";
import { db } from "@/lib/server/runtime";
import { requireWorkspace } from "@/lib/server/workspaces/require-workspace";
import { action, type Print, table } from "./command-action";
import { wholeNumber } from "./workspace-commands";

type CreateOptions = {
  workspace: string;
  name: string;
  permission: PermissionLevel;
  manageKeys?: boolean;
  expiresInDays?: number;
  owner?: string;
  json?: boolean;
};

export function addKeyCommands(program: Command): void {
  const key = program.command("key").description("API keys.");
  key
    .command("create")
    .description("Create a key. Its secret is printed once.")
    .requiredOption("--workspace <workspace>", "id, slug or unambiguous name")
    .requiredOption("--name <name>")
    .addOption(new Option("--permission <level>").choices(["read_only", "read_write"]).makeOptionMandatory())
    .option("--manage-keys", "let it manage API keys")
    .option("--expires-in-days <days>", "never, unless given", wholeNumber)
    .option("--owner <email>", "the first owner of the workspace, unless given")
    .option("--json")
    .action(action(createKey));
  key
    .command("list")
    .description("The keys of a workspace, oldest first.")
    .requiredOption("--workspace <workspace>", "id, slug or unambiguous name")
    .option("--json")
    .action(action(listKeys));
  key
    .command("revoke")
    .description("Revoke a key for ever. Answers when no instance accepts it any more.")
    .requiredOption("--key-id <id>")
    .option("--json")
    .action(action(revokeKey));
}

async function createKey(options: CreateOptions, print: Print): Promise<void> {
  const workspace = await requireWorkspace(options.workspace);
  const owner = await findKeyOwner(workspace.id, options.owner ?? null, {
    readWrite: options.permission === "read_write",
    managing: options.manageKeys ?? false,
  });
  const input = parseInput(
    {
      name: options.name,
      permissionLevel: options.permission,
      canManageKeys: options.manageKeys ?? false,
      expiresInDays: options.expiresInDays,
    },
    createApiKeyInput,
  );
  const { key, secret } = await createApiKey(systemActor(workspace.id, "Operator"), input, owner.userId);
  print(newApiKeyJson(key, owner.name, secret), secret);
  if (!options.json)
    console.error(`Created ${key.name} (${key.id}) in ${workspace.name}. The key above is not shown again.`);
}

async function listKeys(options: { workspace: string; json?: boolean }, print: Print): Promise<void> {
  const workspace = await requireWorkspace(options.workspace);
  const page = await pageOfApiKeys(systemActor(workspace.id, "Operator"), {
    status: "all",
    limit: 1_000_000,
    offset: 0,
  });
  const keys = page.keys.map(({ key, ownerName, lastUsedAt }) => apiKeyJson(key, ownerName, lastUsedAt));
  const lines = keys.map((key) => [
    key.key_id,
    `${key.key_prefix}…${key.key_suffix}`,
    key.status,
    key.permission_level,
    key.name,
  ]);
  print({ keys, total: page.total }, table(["ID", "KEY", "STATUS", "PERMISSION", "NAME"], lines));
}

async function revokeKey(options: { keyId: string; json?: boolean }, print: Print): Promise<void> {
  const row = await db().apiKey.findUnique({ where: { id: options.keyId } });
  if (!row) throw new AppError("not_found", `There is no key ${options.keyId}.`);
  const { key, rejectedEverywhere } = await revokeApiKey(
    systemActor(row.workspaceId, "Operator"),
    options.keyId,
  );
  const [listed] = await findListedKeys(row.workspaceId, [key.id]);
  const document = {
    ...apiKeyJson(key, listed?.ownerName ?? "", listed?.lastUsedAt ?? null),
    rejected_everywhere: receiptJson(rejectedEverywhere),
  };
  print(document, `${key.name} is revoked. Rejected everywhere in ${rejectedEverywhere.afterMs} ms.`);
}
