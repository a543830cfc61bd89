import { AppError, isAppError } from "@/lib/contracts/app-error";
import type { KeyBatchResult } from "@/lib/contracts/key-batch";
import type { KeyBatchInput } from "@/lib/contracts/key-batch-input";
import type { MemberActor } from "../actor";
import { recordEventsEarly } from "../audit/record-events-early";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { applyChange } from "./change-api-key";
import { expiryAfter, isLater } from "./expiry";
import { whereVisible } from "./key-access";
import { lockNewKeys } from "./require-room-for-key";
import { markRevoked } from "./revoke-api-key";
import { lockNewOwner, transferApiKey } from "./transfer-api-key";

type Transaction = Prisma.TransactionClient;
type Outcome = Omit<KeyBatchResult, "rejectedEverywhere">;

/** For 500 keys on a slow machine. */
const timeoutMs = 60_000;

/**
 * Revokes, disables, enables, extends or transfers many keys in one transaction. Keys that can't be changed stay as they are, with
 * the reason in the result. What makes decisions stricter is in effect on every instance when this returns. A preview makes the same
 * changes and rolls them back, so that it can't differ from what happens.
 * @param mayExtend Whether the person authenticated recently: needed to extend and to transfer.
 * @throws AppError `reauthentication_required`, `insufficient_permissions`, `invalid_request` for a new owner who can't own keys;
 * `unavailable` if it isn't known whether every instance rejects the keys.
 */
export async function changeManyKeys(
  actor: MemberActor,
  { preview, ...input }: KeyBatchInput,
  { mayExtend }: { mayExtend: boolean },
): Promise<KeyBatchResult> {
  const startedAt = performance.now();
  const { accessLog, rejections } = runtime().engine;
  await accessLog.settled();
  const changes = db().$transaction(
    async (transaction) => {
      const outcome = await changeEach(transaction, actor, input, mayExtend || preview);
      if (preview) throw new Preview(outcome);
      await recordEventsEarly(transaction);
      return outcome;
    },
    { timeout: timeoutMs },
  );
  const outcome = await changes.catch((error: unknown) => {
    if (error instanceof Preview) return error.outcome;
    throw error;
  });
  if (preview || outcome.changed === 0) return { ...outcome, rejectedEverywhere: null };
  if (input.action === "revoke" || input.action === "disable")
    return { ...outcome, rejectedEverywhere: await rejections.waitUntilRejectedEverywhere(startedAt) };
  await rejections.waitBriefly();
  return { ...outcome, rejectedEverywhere: null };
}

/** Thrown to roll a preview back. */
class Preview extends Error {
  constructor(readonly outcome: Outcome) {
    super("preview");
  }
}

async function changeEach(
  transaction: Transaction,
  actor: MemberActor,
  input: Omit<KeyBatchInput, "preview">,
  mayExtend: boolean,
): Promise<Outcome> {
  const { action, keyIds } = input;
  if (action !== "revoke") await requireApiAccess(transaction, actor.workspaceId);
  // Before any other lock. See requireRoomForKey.
  if (action === "extend" || action === "transfer") await lockNewKeys(transaction, actor.workspaceId);
  const change = await changeFor(transaction, actor, input, mayExtend);
  // In the order of their ids, so that two batches can't deadlock.
  await transaction.$executeRaw`
    SELECT 1 FROM api_keys WHERE workspace_id = ${actor.workspaceId} AND id = ANY(${keyIds}) ORDER BY id FOR UPDATE`;
  const rows = await transaction.apiKey.findMany({
    where: { AND: [whereVisible(actor), { id: { in: keyIds } }] },
  });
  const keys = new Map(rows.map((row) => [row.id, row]));
  const changed: string[] = [];
  const unchanged: Outcome["unchanged"] = [];
  for (const keyId of keyIds) {
    const key = keys.get(keyId);
    const reason = key ? await tryChange(change, key) : "API key not found.";
    if (reason === null) changed.push(keyId);
    else unchanged.push({ keyId, name: key?.name ?? keyId, reason });
  }
  return { changed: changed.length, unchanged, inUse: await countInUse(transaction, changed) };
}

/** Revoking needs no API access, because it may be urgent. */
async function requireApiAccess(transaction: Transaction, workspaceId: string): Promise<void> {
  const { apiAccess } = await transaction.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  if (!apiAccess) throw new AppError("api_access_disabled");
}

/** Changes a key, or throws an AppError before it wrote anything. */
type Change = (key: ApiKey) => Promise<unknown>;

async function changeFor(
  transaction: Transaction,
  actor: MemberActor,
  { action, expirationDays = 0, ownerId = "" }: Omit<KeyBatchInput, "preview">,
  mayExtend: boolean,
): Promise<Change> {
  switch (action) {
    case "revoke":
      return async (key) => {
        if (!(await markRevoked(transaction, actor, key.id))) throw stays("It is already revoked.");
      };
    case "disable":
    case "enable":
      return async (key) => {
        const disabled = action === "disable";
        const { changed } = await applyChange(transaction, actor, key.id, { disabled }, mayExtend);
        if (!changed) throw stays(disabled ? "It is already disabled." : "It isn’t disabled.");
      };
    case "extend":
      return async (key) => {
        if (!key.expiresAt) throw stays("It never expires.");
        if (key.rotatedToId) throw stays("It was rotated. Extend the overlap on its page.");
        if (!isLater(expiryAfter(expirationDays * 86_400, new Date()).expiresAt, key.expiresAt))
          throw stays("It already expires later.");
        await applyChange(transaction, actor, key.id, { expirationDays }, mayExtend);
      };
    case "transfer": {
      if (!mayExtend) throw new AppError("reauthentication_required");
      const newOwner = await lockNewOwner(transaction, actor, ownerId);
      return (key) => transferApiKey(transaction, actor, key, newOwner);
    }
  }
}

/** @returns Why the key stays as it is, or null. */
async function tryChange(change: Change, key: ApiKey): Promise<string | null> {
  try {
    await change(key);
    return null;
  } catch (error) {
    if (isAppError(error) && error.code !== "reauthentication_required") return error.message;
    throw error;
  }
}

function stays(reason: string): AppError {
  return new AppError("conflict", reason);
}

async function countInUse(transaction: Transaction, keyIds: string[]): Promise<number> {
  const [row] = await transaction.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM access_log.last_uses
    WHERE key_id = ANY(${keyIds}) AND at > now() - interval '7 days'`;
  return row?.count ?? 0;
}
