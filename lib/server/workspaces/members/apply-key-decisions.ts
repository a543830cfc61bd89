import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { KeyDecisionsInput } from "@/lib/contracts/member-input";
import type { KeyDecisionCounts } from "@/lib/contracts/members";
import type { MemberActor, SystemActor } from "../../actor";
import { recordAuditEvent } from "../../audit/record-audit-event";
import type { ApiKey, Prisma } from "../../generated/prisma/client";
import { lockNewKeys } from "../../keys/require-room-for-key";
import { keptRights, transferDetails } from "../../keys/transfer-api-key";
import type { MemberWithUser } from "./manageable-member";
import { findManagingKeysMade } from "./managing-keys-made";

type Transaction = Prisma.TransactionClient;
type NewOwner = { id: string; name: string };

/** What happened to the member. The audit log shows it after the member's name. */
export type MembershipChange = "left" | "was suspended" | "may no longer manage API keys";

/** The new owner of each key, or null to revoke it. */
type Outcomes = Map<string, NewOwner | null>;

export const noKeysChanged: KeyDecisionCounts = { revoked: 0, transferred: 0, kept: 0 };

const maximumListed = 1000;

/**
 * Applies the decisions about keys that a member could still use after leaving, being suspended, or losing the
 * permission to manage keys: other members' managing keys that the member created, and, for a member who leaves, all
 * keys they own. Each key is revoked, transferred, or kept. Members who leave or step down voluntarily don't decide
 * about other members' keys: those keys stay, but lose the permission to manage keys, as do the keys that the member
 * transfers. Call it after lockMembers and before changing the membership. It blocks the creation of keys in the
 * workspace until the transaction ends.
 * @throws AppError `undecided_keys`; `invalid_request` for a key that isn't affected, or for a new owner who can't
 * own keys.
 */
export async function applyKeyDecisions(
  transaction: Transaction,
  actor: MemberActor | SystemActor,
  member: MemberWithUser,
  change: MembershipChange,
  decisions: KeyDecisionsInput,
): Promise<KeyDecisionCounts> {
  const { workspaceId, userId } = member;
  await lockNewKeys(transaction, workspaceId);
  const owned =
    change === "left"
      ? await transaction.apiKey.findMany({ where: { workspaceId, ownerId: userId, revokedAt: null } })
      : [];
  const made = await findManagingKeysMade(transaction, member);
  const isSelf = actor.type === "member" && actor.userId === userId;
  const undecided = isSelf ? owned : [...owned, ...made];
  const outcomes = await findOutcomes(transaction, member, undecided, decisions);
  const counts = { ...noKeysChanged };
  for (const key of undecided) {
    const outcome = await applyDecision(
      transaction,
      actor,
      member,
      change,
      key,
      outcomes.get(key.id) ?? null,
    );
    if (outcome) counts[outcome] += 1;
  }
  if (isSelf) for (const key of made) await withdrawManaging(transaction, actor, key, change);
  return counts;
}

/** @throws AppError `undecided_keys`, `invalid_request` */
async function findOutcomes(
  transaction: Transaction,
  { workspaceId, userId }: MemberWithUser,
  undecided: ApiKey[],
  { transfers, revocations, otherKeys }: KeyDecisionsInput,
): Promise<Outcomes> {
  const keys = new Map(undecided.map((key) => [key.id, key]));
  const named = new Set<string>();
  const name = (field: string, id: string) => {
    if (!keys.has(id) || named.has(id))
      throw invalidField(field, "List each key once, and only keys that this change affects.");
    named.add(id);
  };
  for (const { keyId } of transfers) name("transfers", keyId);
  for (const id of revocations) name("revocations", id);

  const rest = undecided.filter(({ id }) => !named.has(id));
  const restTo = typeof otherKeys === "object" ? otherKeys.transferTo : null;
  const newOwnerIds = [...transfers.map((transfer) => transfer.userId), ...(restTo === null ? [] : [restTo])];
  const newOwners = await transaction.member.findMany({
    where: { workspaceId, userId: { in: newOwnerIds, not: userId } },
    include: { user: { select: { id: true, name: true } } },
  });
  const byId = new Map(newOwners.map((newOwner) => [newOwner.userId, newOwner]));
  const newOwnerOf = (field: string, to: string, key?: ApiKey): NewOwner => {
    const newOwner = byId.get(to);
    if (!newOwner || (newOwner.suspendedAt && key?.ownerId !== to))
      throw invalidField(field, "Choose another active member of the workspace as the new owner.");
    return newOwner.user;
  };

  const outcomes: Outcomes = new Map(revocations.map((id) => [id, null]));
  for (const { keyId, userId: to } of transfers)
    outcomes.set(keyId, newOwnerOf("transfers", to, keys.get(keyId)));
  const restOwner = restTo === null ? null : newOwnerOf("otherKeys", restTo);
  for (const key of rest)
    if (otherKeys === "revoke" || (restOwner && key.ownerId === userId)) outcomes.set(key.id, restOwner);
  requireEach(undecided, outcomes);
  return outcomes;
}

function requireEach(keys: ApiKey[], outcomes: Outcomes): void {
  const left = keys.filter(({ id }) => !outcomes.has(id)).map(({ id, name }) => ({ id, name }));
  if (left.length === 0) return;
  const names = left.slice(0, 3).map(({ name }) => name);
  const more = left.length > names.length ? [`${left.length - names.length} more`] : [];
  throw new AppError(
    "undecided_keys",
    `Decide what happens to ${new Intl.ListFormat("en").format([...names, ...more])}: revoke, transfer, or keep each API key.`,
    { keys: left.slice(0, maximumListed) },
  );
}

/** @returns Null if someone else revoked the key in the meantime, which is recorded separately. */
async function applyDecision(
  transaction: Transaction,
  actor: MemberActor | SystemActor,
  member: MemberWithUser,
  change: MembershipChange,
  key: ApiKey,
  newOwner: NewOwner | null,
): Promise<keyof KeyDecisionCounts | null> {
  const isOthers = key.ownerId !== member.userId;
  if (newOwner?.id === key.ownerId) return "kept";
  if (!newOwner) {
    if (!(await changeLiveKey(transaction, key, { revokedAt: new Date() }))) return null;
    const who = isOthers ? `${member.user.name}, who made it,` : member.user.name;
    const because = `${who} ${change}`;
    await recordAuditEvent(transaction, actor, "api_key.revoked", targetOf(key), { because });
    return "revoked";
  }
  const isSelf = actor.type === "member" && actor.userId === member.userId;
  // The member knows the secret, so the key must not gain rights from a new owner with a higher role.
  const kept = await keptRights(transaction, key, member.role);
  const data = { ownerId: newOwner.id, ...kept, canManageKeys: kept.canManageKeys && !isSelf };
  if (!(await changeLiveKey(transaction, key, data))) return null;
  const from = isOthers ? await nameOf(transaction, key.ownerId) : member.user.name;
  const details = transferDetails(from, newOwner.name, key, data);
  await recordAuditEvent(transaction, actor, "api_key.transferred", targetOf(key), details);
  return "transferred";
}

/** @returns False if someone else revoked the key in the meantime, which is recorded separately. */
async function changeLiveKey(
  transaction: Transaction,
  { id, workspaceId, ownerId }: ApiKey,
  data: Prisma.ApiKeyUncheckedUpdateManyInput,
): Promise<boolean> {
  const where = { id, workspaceId, ownerId, revokedAt: null };
  return (await transaction.apiKey.updateMany({ where, data })).count > 0;
}

async function withdrawManaging(
  transaction: Transaction,
  actor: MemberActor | SystemActor,
  key: ApiKey,
  change: MembershipChange,
): Promise<void> {
  if (await changeLiveKey(transaction, key, { canManageKeys: false }))
    await recordAuditEvent(transaction, actor, "api_key.manage_withdrawn", targetOf(key), {
      because: `${actor.name}, who made it, ${change}`,
    });
}

async function nameOf(transaction: Transaction, id: string): Promise<string> {
  const { name } = await transaction.user.findUniqueOrThrow({ where: { id }, select: { name: true } });
  return name;
}

function targetOf(key: ApiKey) {
  return { type: "api_key", id: key.id, name: key.name } as const;
}
