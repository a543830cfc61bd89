import { type Command, InvalidArgumentError, Option } from "commander";
import { maximumExpirationDays } from "@/lib/contracts/api-keys";
import { type KeyPolicy, policySentences } from "@/lib/contracts/key-policy";
import { quotaInput } from "@/lib/contracts/quota-input";
import type { Quota } from "@/lib/contracts/quotas";
import { domainName } from "@/lib/contracts/single-sign-on-input";
import { createWorkspaceInput } from "@/lib/contracts/workspace-input";
import { verifyDomainByOperator } from "@/lib/server/accounts/single-sign-on/manage-domains";
import { requirePerson } from "@/lib/server/accounts/users/operate-account";
import { type SystemActor, systemActor } from "@/lib/server/actor";
import { parseInput } from "@/lib/server/http/read-body";
import { readKeyPolicy, setKeyPolicy } from "@/lib/server/keys/key-policy";
import { readQuotas, setQuotas } from "@/lib/server/quotas/set-quotas";
import { db, runtime } from "@/lib/server/runtime";
import { keyPolicyJson, keyPolicyOf } from "@/lib/server/service-api/key-policy-json";
import { createWorkspace } from "@/lib/server/workspaces/create-workspace";
import { requireWorkspace } from "@/lib/server/workspaces/require-workspace";
import { setApiAccess, setRequestsPerMinute } from "@/lib/server/workspaces/workspace-settings";
import { action, type Print, table } from "./command-action";

type SetOptions = {
  workspace: string;
  apiAccess?: "on" | "off";
  requestsPerMinute?: number;
  quota?: QuotaOption[];
  maxLifetimeDays?: number | "none";
  requireExpiry?: "on" | "off";
  requireAllowedIps?: "on" | "off";
  json?: boolean;
};
/** A quota to set, or null to remove the quota of the meter. */
type QuotaOption = { meter: string; quota: Quota | null };

export function addWorkspaceCommands(program: Command): void {
  const workspace = program.command("workspace").description("Workspaces.");
  workspace.command("list").description("All workspaces.").option("--json").action(action(listWorkspaces));
  workspace
    .command("create")
    .description("Create a workspace for a person who has an account. They become its owner.")
    .requiredOption("--name <name>")
    .requiredOption("--owner <email>", "the owner's email address")
    .addOption(new Option("--api-access <state>").choices(["on", "off"]))
    .option("--json")
    .action(action(createForOwner));
  workspace
    .command("set")
    .description("Change a workspace.")
    .requiredOption("--workspace <workspace>", "id, slug or unambiguous name")
    .addOption(new Option("--api-access <state>").choices(["on", "off"]))
    .option("--requests-per-minute <number>", "rate limit of its keys", wholeNumber)
    .option(
      "--quota <meter=number>",
      "monthly quota; METER=N/day for a daily one, METER=none to remove it",
      quotaOption,
    )
    .option(
      "--max-lifetime-days <number>",
      "longest life of its keys, from creation; none to remove it",
      days,
    )
    .addOption(new Option("--require-expiry <state>", "whether its keys must expire").choices(["on", "off"]))
    .addOption(
      new Option("--require-allowed-ips <state>", "whether its keys must have allowed addresses").choices([
        "on",
        "off",
      ]),
    )
    .option("--json")
    .action(action(setWorkspace));
  workspace
    .command("domain")
    .description("Verify an email domain for a workspace without checking its DNS.")
    .requiredOption("--workspace <workspace>", "id, slug or unambiguous name")
    .requiredOption("--domain <domain>", "such as example.com", emailDomain)
    .requiredOption("--verified", "confirm that the domain belongs to the workspace")
    .option("--json")
    .action(action(proveDomain));
}

/** Parses an option for commander. */
function emailDomain(text: string): string {
  const parsed = domainName.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? "");
  return parsed.data;
}

async function proveDomain(
  options: { workspace: string; domain: string; json?: boolean },
  print: Print,
): Promise<void> {
  const { id, name } = await requireWorkspace(options.workspace);
  const { domain } = await verifyDomainByOperator(systemActor(id, "Operator"), options.domain);
  print({ workspace_id: id, domain, verified: true }, `${domain} is verified for ${name}.`);
}

async function listWorkspaces(_: { json?: boolean }, print: Print): Promise<void> {
  const rows = await db().workspace.findMany({ orderBy: { id: "asc" } });
  const workspaces = rows.map(workspaceJson);
  const lines = workspaces.map((one) => [
    one.workspace_id,
    one.slug,
    one.name,
    one.api_access ? "on" : "off",
  ]);
  print({ workspaces, total: workspaces.length }, table(["ID", "SLUG", "NAME", "API ACCESS"], lines));
}

async function setWorkspace(options: SetOptions, print: Print): Promise<void> {
  const { id } = await requireWorkspace(options.workspace);
  const actor = systemActor(id, "Operator");
  if (options.requestsPerMinute !== undefined) await setRequestsPerMinute(actor, options.requestsPerMinute);
  if (options.quota) await setQuotas(actor, withOptions(options.quota));
  await setPolicy(actor, options);
  if (options.apiAccess !== undefined) await setApiAccess(actor, options.apiAccess === "on");
  const document = await fullWorkspaceJson(id);
  print(document, settingsText(document));
}

/** Changes what the options name. The rest of the key policy stays. */
async function setPolicy(
  actor: SystemActor,
  { maxLifetimeDays, requireExpiry, requireAllowedIps }: SetOptions,
): Promise<void> {
  if ([maxLifetimeDays, requireExpiry, requireAllowedIps].every((option) => option === undefined)) return;
  const before = await readKeyPolicy(db(), actor.workspaceId);
  await setKeyPolicy(actor, {
    ...before,
    ...(maxLifetimeDays !== undefined && {
      maxLifetimeDays: maxLifetimeDays === "none" ? undefined : maxLifetimeDays,
    }),
    ...(requireExpiry !== undefined && { requireExpiry: requireExpiry === "on" }),
    ...(requireAllowedIps !== undefined && { requireAllowedIps: requireAllowedIps === "on" }),
  });
}

async function createForOwner(
  options: { name: string; owner: string; apiAccess?: "on" | "off"; json?: boolean },
  print: Print,
): Promise<void> {
  const { name } = parseInput({ name: options.name }, createWorkspaceInput);
  const owner = await requirePerson(options.owner);
  const origin = { ip: null, userAgent: "keyward", requestId: null };
  const { id } = await db().$transaction((transaction) => createWorkspace(transaction, owner, name, origin));
  if (options.apiAccess === "on") await setApiAccess(systemActor(id, "Operator"), true);
  const document = await fullWorkspaceJson(id);
  print(document, `Created ${settingsText(document)}`);
}

type WorkspaceDocument = Awaited<ReturnType<typeof fullWorkspaceJson>>;

async function fullWorkspaceJson(id: string) {
  const workspace = await db().workspace.findUniqueOrThrow({ where: { id } });
  const quotas = await readQuotas(db(), id);
  return {
    ...workspaceJson(workspace),
    key_policy: keyPolicyJson(workspace.keyPolicy as KeyPolicy | null),
    quotas: quotas
      .filter(({ keyId }) => keyId === null)
      .map(({ meter, limit, period }) => ({ meter, limit, period })),
  };
}

/** The settings that `workspace set` can change. */
function settingsText(document: WorkspaceDocument): string {
  const { name, slug, api_access, requests_per_minute, key_policy, quotas } = document;
  const policy = policySentences(key_policy === null ? {} : keyPolicyOf(key_policy));
  return [
    `${name} (${slug})`,
    `  API access           ${api_access ? "on" : "off"}`,
    `  Requests per minute  ${requests_per_minute ?? `${runtime().env.rateLimitPerMinute} (the server's default)`}`,
    ...quotas.map(({ meter, limit, period }) => `  Quota                ${limit} ${meter} per ${period}`),
    ...policy.map((sentence) => `  Key policy           ${sentence}`),
  ].join("\n");
}

function workspaceJson(row: {
  id: string;
  slug: string;
  name: string;
  apiAccess: boolean;
  requestsPerMinute: number | null;
}) {
  return {
    workspace_id: row.id,
    slug: row.slug,
    name: row.name,
    api_access: row.apiAccess,
    requests_per_minute: row.requestsPerMinute,
  };
}

/** Parses an option for commander: METER=N, METER=N/day, METER=N/month or METER=none. The option may be repeated. */
function quotaOption(text: string, before: QuotaOption[] = []): QuotaOption[] {
  const [, meter = "", limit = "", period = "month"] =
    /^([^=]+)=(\d+|none)(?:\/(month|day))?$/.exec(text) ?? [];
  const parsed = quotaInput.safeParse({
    meter,
    limit: limit === "none" ? 0 : Number(limit || Number.NaN),
    period,
  });
  if (!parsed.success)
    throw new InvalidArgumentError(
      meter === ""
        ? "Write it as METER=N, METER=N/day or METER=none."
        : (parsed.error.issues[0]?.message ?? ""),
    );
  const quota = limit === "none" ? null : { keyId: null, ...parsed.data };
  return [...before, { meter, quota }];
}

/** Replaces the workspace's quotas of the given meters. Other quotas and those of keys stay. */
function withOptions(options: QuotaOption[]): (present: Quota[]) => Quota[] {
  return (present) => {
    const set = new Map(options.map((option) => [option.meter, option.quota]));
    const kept = present.filter(({ keyId, meter }) => keyId !== null || !set.has(meter));
    return [...kept, ...[...set.values()].filter((quota) => quota !== null)];
  };
}

/** Parses an option for commander: a number of days, or none. */
function days(text: string): number | "none" {
  const value = Number(text);
  if (text === "none") return "none";
  if (!Number.isInteger(value) || value < 1 || value > maximumExpirationDays)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${maximumExpirationDays}, or none.`);
  return value;
}

/** Parses an option for commander: a whole number from 1 to a million. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000)
    throw new InvalidArgumentError("It must be a whole number from 1 to 1000000.");
  return value;
}
