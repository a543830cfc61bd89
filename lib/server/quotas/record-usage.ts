import { hash } from "node:crypto";
import { AppError, isAppError, wholeSeconds } from "@/lib/contracts/app-error";
import type { UsageRecordAnswer } from "@/lib/contracts/http-api/workspaces";
import type { UsageRecordInput } from "@/lib/contracts/quota-input";
import type { Quota } from "@/lib/contracts/quotas";
import { quotaMessage } from "@/lib/engine/quotas/key-quotas";
import { periodAt } from "@/lib/engine/quotas/period";
import type { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { readQuotas } from "./set-quotas";

type Transaction = Prisma.TransactionClient;
type Bound = Omit<Quota, "limit"> & { limit: number | null };

/**
 * Counts an application's usage against the workspace's quota and, if named, the key's: against both or neither.
 * Retries with the same idempotency key count once and get the first response.
 * @throws AppError `quota_exceeded`, after which the same record can be retried; `not_found` for the workspace or the
 * key; `invalid_request` if the idempotency key was used with a different body.
 */
export async function recordUsage(input: UsageRecordInput): Promise<UsageRecordAnswer> {
  const { quotas } = runtime().engine;
  await quotas.report(input.workspace_id);
  const first = await attempt(input);
  if (!isRefusal(first)) return first;
  // Units reserved by this process may be all that is missing. Release them and try again.
  await quotas.release(input.workspace_id);
  const second = await attempt(input);
  if (isRefusal(second)) throw second;
  return second;
}

async function attempt(input: UsageRecordInput): Promise<UsageRecordAnswer | AppError> {
  try {
    return await db().$transaction((transaction) => record(transaction, input));
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

async function record(transaction: Transaction, input: UsageRecordInput): Promise<UsageRecordAnswer> {
  await requireKnown(transaction, input);
  const repeated = await claim(transaction, input);
  if (repeated) return repeated;
  const [{ now } = { now: new Date() }] = await transaction.$queryRaw<
    { now: Date }[]
  >`SELECT clock_timestamp() AS now`;
  let nearest: UsageRecordAnswer | null = null;
  for (const bound of await boundsOf(transaction, input)) {
    const after = await count(transaction, input, bound, now.getTime());
    if (!nearest || roomOf(after) < roomOf(nearest)) nearest = after;
  }
  const answer = nearest as UsageRecordAnswer;
  await transaction.$executeRaw`
    UPDATE quotas.records SET answer = ${JSON.stringify(answer)}::jsonb
    WHERE workspace_id = ${input.workspace_id} AND idempotency_key = ${input.idempotency_key}`;
  return answer;
}

async function requireKnown(transaction: Transaction, input: UsageRecordInput): Promise<void> {
  const { workspace_id: workspaceId, key_id: keyId } = input;
  const workspace = await transaction.workspace.findUnique({
    where: { id: workspaceId },
    select: { id: true },
  });
  if (!workspace) throw new AppError("not_found", "Workspace not found.");
  if (keyId === undefined) return;
  const key = await transaction.apiKey.findFirst({ where: { workspaceId, id: keyId }, select: { id: true } });
  if (!key) throw new AppError("not_found", "API key not found in this workspace.");
}

/** Claims the idempotency key, or waits for the request that has it and returns its response. */
async function claim(transaction: Transaction, input: UsageRecordInput): Promise<UsageRecordAnswer | null> {
  const { workspace_id: workspaceId, key_id, meter, amount, idempotency_key: key } = input;
  const bodyHash = hash("sha256", JSON.stringify([key_id ?? null, meter, amount]), "buffer");
  const claimed = await transaction.$executeRaw`
    INSERT INTO quotas.records (workspace_id, idempotency_key, body_hash) VALUES (${workspaceId}, ${key}, ${bodyHash})
    ON CONFLICT DO NOTHING`;
  if (claimed === 1) return null;
  const [first] = await transaction.$queryRaw<{ bodyHash: Uint8Array; answer: UsageRecordAnswer }[]>`
    SELECT body_hash AS "bodyHash", answer FROM quotas.records WHERE workspace_id = ${workspaceId} AND idempotency_key = ${key}`;
  if (first && Buffer.from(first.bodyHash).equals(bodyHash)) return first.answer;
  const message = "This was already used with a different body.";
  throw new AppError("invalid_request", `idempotency_key: ${message}`, {
    fields: { idempotency_key: message },
  });
}

/** The workspace's quota comes first: everything locks the two rows in this order. */
async function boundsOf(
  transaction: Transaction,
  { workspace_id, key_id, meter }: UsageRecordInput,
): Promise<Bound[]> {
  const quotas = (await readQuotas(transaction, workspace_id)).filter((quota) => quota.meter === meter);
  const own = quotas.filter(({ keyId }) => keyId !== null && keyId === key_id);
  const common = quotas.find(({ keyId }) => keyId === null);
  return [common ?? { keyId: null, meter, period: "month", limit: null }, ...own];
}

async function count(
  transaction: Transaction,
  { workspace_id: workspaceId, amount }: UsageRecordInput,
  { keyId, meter, period, limit }: Bound,
  now: number,
): Promise<UsageRecordAnswer> {
  const { startsMs, endsMs } = periodAt(period, now);
  const [{ id } = { id: null }] = await transaction.$queryRaw<{ id: bigint | null }[]>`
    SELECT quotas.lock_usage(${workspaceId}, ${keyId ?? ""}, ${meter}, ${period}, ${new Date(startsMs)}::timestamptz) AS id`;
  const counted = await transaction.$executeRaw`
    UPDATE quotas.usages SET granted = granted + ${amount}::bigint
    WHERE id = ${id}::bigint AND (${limit}::bigint IS NULL OR granted + ${amount}::bigint <= ${limit}::bigint)`;
  if (counted === 0)
    throw new AppError(
      "quota_exceeded",
      quotaMessage({ keyId, meter, period, limit: limit ?? 0 }, amount, endsMs),
      {
        retryAfterSeconds: wholeSeconds(endsMs - now),
      },
    );
  await transaction.$executeRaw`SELECT quotas.tell_reached(${id}::bigint)`;
  const [{ used } = { used: 0n }] = await transaction.$queryRaw<
    { used: bigint }[]
  >`SELECT quotas.used(${id}::bigint) AS used`;
  return { used: Number(used), limit, resets_at: new Date(endsMs).toISOString() };
}

function roomOf({ used, limit }: UsageRecordAnswer): number {
  return limit === null ? Number.POSITIVE_INFINITY : limit - used;
}

function isRefusal(thrown: unknown): thrown is AppError {
  return isAppError(thrown) && thrown.code === "quota_exceeded";
}
