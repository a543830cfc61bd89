import { type Command, InvalidArgumentError, Option } from "commander";
import { createApiKeyInput } from "@/lib/contracts/api-key-input";
import { type KeyMetadata, type PermissionLevel, permissionLevels } from "@/lib/contracts/api-keys";
import { AppError } from "@/lib/contracts/app-error";
import { systemActor } from "@/lib/server/actor";
import { parseInput } from "@/lib/server/http/read-body";
import { apiKeyJson, newApiKeyJson, revokedApiKeyJson } from "@/lib/server/key-api/api-key-json";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { createApiKey } from "@/lib/server/keys/create-api-key";
import { listApiKeyPage } from "@/lib/server/keys/list-api-key-page";
import { type Revocation, revokeApiKey, revokeWithCreatedKeys } from "@/lib/server/keys/revoke-api-key";
import { rotateApiKey } from "@/lib/server/keys/rotate-api-key";
import { findKeyOwner } from "@/lib/server/workspaces/members/find-key-owner";
import { requireWorkspace } from "@/lib/server/workspaces/require-workspace";
import { action, type Print, table } from "./command-action";
import { addImportCommand } from "./import-command";
import { actorFor, type KeyOptions, listedJson } from "./key-actor";
import { addMetadataOption, requireMetadata } from "./key-metadata";
import { addKeySetCommand } from "./key-set-command";
import { type RevokeAgainOptions, revokeAgain } from "./revoke-again-command";
import { wholeNumber } from "./workspace-commands";

type CreateOptions = {
  workspace: string;
  name: string;
  permission: PermissionLevel;
  permissions?: string;
  manageKeys?: boolean;
  expiresInDays?: number;
  allowedIps?: string;
  owner?: string;
  metadata?: KeyMetadata;
  json?: boolean;
};

export function addKeyCommands(program: Command): void {
  const key = program.command("key").description("API keys.");
  const create = key
    .command("create")
    .description("Create a key. Its secret is printed once.")
    .requiredOption("--workspace <workspace>", "id, slug or unambiguous name")
    .requiredOption("--name <name>")
    .addOption(new Option("--permission <level>").choices([...permissionLevels]).makeOptionMandatory())
    .option("--permissions <names>", "for custom: declared permissions, separated by commas")
    .option("--manage-keys", "let the key manage API keys")
    .option(
      "--expires-in-days <days>",
      "never expires if omitted, unless the workspace's key policy says so",
      wholeNumber,
    )
    .option("--allowed-ips <addresses>", "IP addresses and CIDR blocks, separated by commas; any if omitted")
    .option("--owner <email>", "the workspace's first owner if omitted");
  addMetadataOption(create).option("--json").action(action(createKey));
  key
    .command("list")
    .description("The keys of a workspace, oldest first.")
    .requiredOption("--workspace <workspace>", "id, slug or unambiguous name")
    .option("--json")
    .action(action(listKeys));
  addImportCommand(key);
  addKeySetCommand(key);
  key
    .command("rotate")
    .description("Replace a key with a new one. The new secret is printed once.")
    .requiredOption("--key-id <id>")
    .option(
      "--overlap-seconds <seconds>",
      "how long the old key keeps working: 0 to 604800",
      overlapSeconds,
      86_400,
    )
    .option("--json")
    .action(action(rotateKey));
  key
    .command("disable")
    .description("Disable a key until it is enabled. Returns when no instance accepts it any more.")
    .requiredOption("--key-id <id>")
    .option("--json")
    .action(action((options: KeyOptions, print) => switchKey(options, true, print)));
  key
    .command("enable")
    .description("Enable a disabled key.")
    .requiredOption("--key-id <id>")
    .option("--json")
    .action(action((options: KeyOptions, print) => switchKey(options, false, print)));
  key
    .command("revoke")
    .description("Revoke a key. You can't undo this. Returns when no instance accepts it any more.")
    .option("--key-id <id>")
    .option("--with-created-keys", "also revoke every key that it made, directly or not")
    .option(
      "--since-backup <file...>",
      "after a restore: the keys that copies of the logs show to be revoked, and that the backup has as valid; - reads standard input",
    )
    .option("--since <time>", "the time of the restored state, if it wasn't restored by database restore")
    .option("--yes", "with --since-backup: revoke them. Without it, they are only listed")
    .option("--json")
    .action(action(revokeKey));
}

async function createKey(options: CreateOptions, print: Print): Promise<void> {
  const workspace = await requireWorkspace(options.workspace);
  const input = parseInput(
    {
      name: options.name,
      permissionLevel: options.permission,
      permissions: listOf(options.permissions),
      allowedIps: listOf(options.allowedIps),
      canManageKeys: options.manageKeys ?? false,
      expiresInDays: options.expiresInDays,
    },
    createApiKeyInput,
  );
  const owner = await findKeyOwner(workspace.id, options.owner ?? null, input);
  const metadata = options.metadata && requireMetadata(options.metadata);
  const actor = systemActor(workspace.id, "Operator");
  const { key, secret } = await createApiKey(actor, { ...input, metadata }, owner.userId);
  print(await newApiKeyJson(key, owner.name, secret), secret);
  if (!options.json)
    console.error(`Created ${key.name} (${key.id}) in ${workspace.name}. The key above is not shown again.`);
}

async function listKeys(options: { workspace: string; json?: boolean }, print: Print): Promise<void> {
  const workspace = await requireWorkspace(options.workspace);
  const page = await listApiKeyPage(systemActor(workspace.id, "Operator"), {
    status: "all",
    limit: 1_000_000,
    offset: 0,
  });
  const keys = page.keys.map(apiKeyJson);
  const lines = keys.map((key) => [
    key.key_id,
    `${key.key_prefix}…${key.key_suffix}`,
    key.status,
    key.permission_level,
    key.name,
  ]);
  print({ keys, total: page.total }, table(["ID", "KEY", "STATUS", "PERMISSION", "NAME"], lines));
}

async function rotateKey(options: KeyOptions & { overlapSeconds: number }, print: Print): Promise<void> {
  const actor = await actorFor(options.keyId);
  const rotation = await rotateApiKey(actor, options.keyId, { overlapSeconds: options.overlapSeconds }, null);
  const { key, secret, ownerName, rotatedFrom, previousExpiresAt } = rotation;
  const document = {
    ...(await newApiKeyJson(key, ownerName, secret)),
    rotated_from: rotatedFrom,
    previous_expires_at: previousExpiresAt?.toISOString() ?? null,
  };
  print(document, secret);
  if (!options.json)
    console.error(
      `${key.name} now has the key above (${key.id}), which is not shown again. The old one works until ${previousExpiresAt?.toISOString() ?? "it is revoked"}.`,
    );
}

async function switchKey(options: KeyOptions, disabled: boolean, print: Print): Promise<void> {
  const actor = await actorFor(options.keyId);
  const key = await changeApiKey(actor, options.keyId, { disabled });
  print(await listedJson(key), `${key.name} is ${disabled ? "disabled" : "enabled"}.`);
}

type RevokeOptions = Partial<KeyOptions & RevokeAgainOptions> & { withCreatedKeys?: true };

async function revokeKey({ keyId, sinceBackup, ...options }: RevokeOptions, print: Print): Promise<void> {
  if ((keyId === undefined) === (sinceBackup === undefined))
    throw new AppError("invalid_request", "Give either --key-id or --since-backup.");
  if (sinceBackup) return revokeAgain({ ...options, sinceBackup }, print);
  await revokeOne({ ...options, keyId: keyId as string }, print);
}

async function revokeOne(options: KeyOptions & { withCreatedKeys?: true }, print: Print): Promise<void> {
  const actor = await actorFor(options.keyId);
  const revocation: Revocation & { createdKeys?: number } = options.withCreatedKeys
    ? await revokeWithCreatedKeys(actor, options.keyId)
    : await revokeApiKey(actor, options.keyId);
  const { key, createdKeys: count = 0, rejectedEverywhere } = revocation;
  const document = { ...(await listedJson(key)), ...revokedApiKeyJson(revocation) };
  const also = count > 0 ? ` and ${count === 1 ? "1 key" : `${count} keys`} that it made are` : " is";
  print(document, `${key.name}${also} revoked. Rejected everywhere in ${rejectedEverywhere.afterMs} ms.`);
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(",").map((item) => item.trim());
}

/** Parses an option for commander. */
function overlapSeconds(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 604_800)
    throw new InvalidArgumentError("It must be a whole number from 0 to 604800.");
  return value;
}
