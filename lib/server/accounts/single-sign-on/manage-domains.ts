import { randomBytes } from "node:crypto";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { AuditAction } from "@/lib/contracts/audit-actions";
import type { JoiningRole, WorkspaceDomain, WorkspaceDomains } from "@/lib/contracts/single-sign-on";
import type { ChangeDomainInput } from "@/lib/contracts/single-sign-on-input";
import type { MemberActor, SystemActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { Prisma, WorkspaceDomain as Row } from "../../generated/prisma/client";
import { isUniqueViolation } from "../../is-unique-violation";
import { newId } from "../../new-id";
import { db, runtime } from "../../runtime";
import { findTxtRecords } from "./find-txt-records";

type Transaction = Prisma.TransactionClient;
const maximumDomains = 20;

export async function listDomains(workspaceId: string): Promise<WorkspaceDomains> {
  const rows = await db().workspaceDomain.findMany({ where: { workspaceId }, orderBy: { domain: "asc" } });
  return { domains: rows.map(toView), providerName: findSsoProvider()?.name ?? null };
}

/** The provider for single sign-on. Google and GitHub don't qualify, because anyone can have an account there. */
export function findSsoProvider() {
  return runtime().env.identityProviders.find(({ id }) => id === "oidc");
}

/** Adds a domain. It has no effect until it is verified. Several workspaces can add the same domain. */
export async function addDomain(actor: MemberActor, domain: string): Promise<WorkspaceDomain> {
  const { workspaceId } = actor;
  try {
    return await db().$transaction(async (transaction) => {
      if ((await transaction.workspaceDomain.count({ where: { workspaceId } })) >= maximumDomains)
        throw new AppError("conflict", `A workspace can have at most ${maximumDomains} domains.`);
      const row = await insert(transaction, workspaceId, domain, null);
      await record(transaction, actor, "workspace.domain_added", domain);
      return toView(row);
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw invalidField("domain", "This domain was already added.");
    throw error;
  }
}

/**
 * Verifies a domain by its TXT record.
 * @throws AppError `conflict` if the record is missing or another workspace has verified the domain; `unavailable` if
 * DNS doesn't respond.
 */
export async function verifyDomain(actor: MemberActor, domainId: string): Promise<WorkspaceDomain> {
  const row = await requireDomain(db(), actor.workspaceId, domainId);
  if (row.provenDomain) return toView(row);
  const { name, value } = toView(row).record;
  const found = await findTxtRecords(name);
  if (!found.includes(value))
    throw new AppError(
      "conflict",
      found.length === 0
        ? `There is no TXT record at ${name} yet. New records can take up to an hour to appear.`
        : `The TXT record at ${name} has a different value.`,
    );
  return markVerified(actor, row);
}

/** Verifies a domain on the operator's word, without DNS. Adds the domain if necessary. */
export async function verifyDomainByOperator(actor: SystemActor, domain: string): Promise<WorkspaceDomain> {
  const { workspaceId } = actor;
  const where = { workspaceId_domain: { workspaceId, domain } };
  const row =
    (await db().workspaceDomain.findUnique({ where })) ??
    (await db().$transaction((transaction) => insert(transaction, workspaceId, domain, null)));
  return row.provenDomain ? toView(row) : markVerified(actor, row);
}

export async function changeDomain(
  actor: MemberActor,
  domainId: string,
  change: ChangeDomainInput,
): Promise<WorkspaceDomain> {
  return db().$transaction(async (transaction) => {
    const before = await requireDomain(transaction, actor.workspaceId, domainId);
    if (change.requireSso && !before.provenDomain) throw new AppError("conflict", "Verify the domain first.");
    if (change.requireSso && !findSsoProvider())
      throw new AppError(
        "conflict",
        "Configure an OpenID provider first. Without one, no member could sign in.",
      );
    const row = await transaction.workspaceDomain.update({
      where: { id: before.id, workspaceId: actor.workspaceId },
      data: {
        ...(change.requireSso !== undefined && { requireSso: change.requireSso }),
        ...(change.defaultRole !== undefined && { defaultRole: change.defaultRole }),
      },
    });
    if (row.requireSso !== before.requireSso) {
      const action = row.requireSso ? "workspace.sso_required" : "workspace.sso_optional";
      await record(transaction, actor, action, row.domain);
    }
    if (row.defaultRole !== before.defaultRole) {
      const role = { from: before.defaultRole, to: row.defaultRole };
      await record(transaction, actor, "workspace.sso_role_changed", row.domain, { role });
    }
    return toView(row);
  });
}

export async function removeDomain(actor: MemberActor, domainId: string): Promise<void> {
  await db().$transaction(async (transaction) => {
    const { id, domain } = await requireDomain(transaction, actor.workspaceId, domainId);
    const { count } = await transaction.workspaceDomain.deleteMany({
      where: { id, workspaceId: actor.workspaceId },
    });
    if (count === 1) await record(transaction, actor, "workspace.domain_removed", domain);
  });
}

async function markVerified(actor: MemberActor | SystemActor, { id, domain }: Row): Promise<WorkspaceDomain> {
  try {
    return await db().$transaction(async (transaction) => {
      const { count } = await transaction.workspaceDomain.updateMany({
        where: { id, workspaceId: actor.workspaceId, provenDomain: null },
        data: { provenDomain: domain },
      });
      if (count === 1) await record(transaction, actor, "workspace.domain_verified", domain);
      return toView(await requireDomain(transaction, actor.workspaceId, id));
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError("conflict", "Another workspace on this server has already verified this domain.");
    throw error;
  }
}

function insert(
  transaction: Transaction,
  workspaceId: string,
  domain: string,
  provenDomain: string | null,
): Promise<Row> {
  const token = randomBytes(24).toString("base64url");
  return transaction.workspaceDomain.create({
    data: { id: newId("dom"), workspaceId, domain, token, provenDomain },
  });
}

async function requireDomain(database: Transaction, workspaceId: string, id: string): Promise<Row> {
  const row = await database.workspaceDomain.findFirst({ where: { id, workspaceId } });
  if (!row) throw new AppError("not_found");
  return row;
}

async function record(
  transaction: Transaction,
  actor: MemberActor | SystemActor,
  action: AuditAction,
  domain: string,
  details: Prisma.InputJsonObject = {},
): Promise<void> {
  const { id, name } = await transaction.workspace.findUniqueOrThrow({ where: { id: actor.workspaceId } });
  await recordAuditEvent(transaction, actor, action, { type: "workspace", id, name }, { domain, ...details });
}

function toView(row: Row): WorkspaceDomain {
  return {
    id: row.id,
    domain: row.domain,
    verified: row.provenDomain !== null,
    requireSso: row.requireSso,
    defaultRole: row.defaultRole as JoiningRole,
    record: { name: `_keyward.${row.domain}`, value: `keyward-domain-verification=${row.token}` },
  };
}
