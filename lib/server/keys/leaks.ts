import { AppError } from "@/lib/contracts/app-error";
import type { SettleLeakInput } from "@/lib/contracts/leak-input";
import type { OpenLeak } from "@/lib/contracts/leaks";
import type { MemberActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { applyChange } from "./change-api-key";
import { findCreatedKeys, madeBy } from "./find-created-keys";
import { requireVisibleKey, whereVisible } from "./key-access";
import { lockNewKeys } from "./require-room-for-key";
import { markRevoked } from "./revoke-api-key";

const mostLeaks = 20;
/** For thousands of keys on a slow machine. */
const timeoutMs = 60_000;

/** The leaked keys that a member can see and that still need a decision, latest first. */
export async function listOpenLeaks(actor: MemberActor): Promise<{ leaks: OpenLeak[] }> {
  const keys = await db().apiKey.findMany({
    where: { AND: [whereVisible(actor), { exposedAt: { not: null }, exposureSettledAt: null }] },
    orderBy: { exposedAt: "desc" },
    take: mostLeaks,
    select: { id: true, name: true, prefix: true, suffix: true, exposedAt: true },
  });
  if (keys.length === 0) return { leaks: [] };
  const ids = keys.map(({ id }) => id);
  const counts = await db().$queryRaw<{ root: string; count: number }[]>`
    WITH RECURSIVE ${madeBy(actor.workspaceId, ids)}
    SELECT made.root, count(*)::int AS count FROM made JOIN api_keys k ON k.id = made.id
    WHERE k.workspace_id = ${actor.workspaceId} AND k.revoked_at IS NULL AND k.disabled_by_admin GROUP BY made.root`;
  const disabled = new Map(counts.map(({ root, count }) => [root, count]));
  const leaks = keys.map(({ exposedAt, ...key }) => ({
    key,
    exposedAt: (exposedAt as Date).toISOString(),
    disabledKeys: disabled.get(key.id) ?? 0,
  }));
  return { leaks };
}

/**
 * Records that an admin dealt with the leak of a key, and what they decided about the disabled keys that it made: enable, revoke, or
 * keep as they are. Revoked keys are rejected on every instance when this returns.
 * @throws AppError `not_found`; `conflict` if the key didn't leak or the leak is already dealt with; `invalid_request` for a key that
 * the leaked one didn't make; `unavailable`.
 */
export async function settleLeak(
  actor: MemberActor,
  keyId: string,
  input: Partial<SettleLeakInput>,
): Promise<void> {
  const { revoke } = await db().$transaction(
    async (transaction) => {
      // Before any other lock. See requireRoomForKey.
      await lockNewKeys(transaction, actor.workspaceId);
      const key = await requireVisibleKey(transaction, actor, keyId);
      // Compare and set: of two admins, one decides.
      const { count } = await transaction.apiKey.updateMany({
        where: {
          id: keyId,
          workspaceId: actor.workspaceId,
          exposedAt: { not: null },
          exposureSettledAt: null,
        },
        data: { exposureSettledAt: new Date(), exposureSettledBy: actor.userId },
      });
      if (count === 0) throw new AppError("conflict", whyNot(key.exposedAt));
      const { enable, revoke } = await decisionsOf(transaction, actor, keyId, input);
      for (const id of enable) await applyChange(transaction, actor, id, { disabled: false }, false);
      for (const id of revoke) await markRevoked(transaction, actor, id);
      const target = { type: "api_key", id: keyId, name: key.name } as const;
      await recordAuditEvent(transaction, actor, "api_key.leak_settled", target, {
        enabled_keys: enable.length,
        revoked_keys: revoke.length,
      });
      return { revoke };
    },
    { timeout: timeoutMs },
  );
  const { rejections } = runtime().engine;
  if (revoke.length > 0) await rejections.waitUntilRejectedEverywhere();
  else await rejections.waitBriefly();
}

function whyNot(exposedAt: Date | null): string {
  return exposedAt
    ? "Someone already dealt with this leak. Reload the page to see the keys as they are now."
    : "This API key wasn’t reported as leaked.";
}

async function decisionsOf(
  transaction: Prisma.TransactionClient,
  actor: MemberActor,
  keyId: string,
  { others = "keep", enable = [], revoke = [], keep = [] }: Partial<SettleLeakInput>,
): Promise<{ enable: string[]; revoke: string[] }> {
  const created = await findCreatedKeys(transaction, actor, keyId);
  const made = new Set(created.map(({ id }) => id));
  for (const [field, ids] of Object.entries({ enable, revoke, keep }))
    if (!ids.every((id) => made.has(id)))
      throw new AppError("invalid_request", "The leaked key didn’t make all of these keys.", {
        fields: { [field]: "The leaked key didn’t make all of these keys." },
      });
  const decided = new Set([...enable, ...revoke, ...keep]);
  const rest = created.flatMap(({ id, undecided }) => (undecided && !decided.has(id) ? id : []));
  return {
    enable: others === "enable" ? [...enable, ...rest] : enable,
    revoke: others === "revoke" ? [...revoke, ...rest] : revoke,
  };
}
