import { hash } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";
import type { Actor, KeyActor, SystemActor } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { insertApiKey, type NewApiKey, type NewKeyInput } from "./create-api-key";

/** After this time without a result, the first request counts as failed and a retry can take over. */
const inFlightSeconds = 60;

/**
 * Creates a key at most once per Idempotency-Key of the calling key, for 24 hours (docs/http-api.md, 3.1).
 * @throws AppError `conflict` if the first request is in progress, or if it created a key, whose id the message
 * names; `invalid_request` if the Idempotency-Key was used with a different body.
 */
export async function createApiKeyOnce(
  actor: KeyActor | SystemActor,
  input: NewKeyInput,
  idempotencyKey: string | null,
  ownerId?: string,
): Promise<NewApiKey> {
  const route = actor.type === "key" ? "POST /auth/api-keys" : `POST ${actor.workspaceId}/api-keys`;
  return createKeyOnce(
    { callerKeyId: idempotentCaller(actor), route, input: { ...input, ownerId }, idempotencyKey },
    (transaction) => insertApiKey(transaction, actor, input, ownerId),
  );
}

/** Whose Idempotency-Keys count together: a key's, or those of a service token's label. Null for callers that send none. */
export function idempotentCaller(actor: Actor): string | null {
  if (actor.type === "key") return actor.keyId;
  return actor.type === "system" && actor.service !== undefined ? `service/${actor.service}` : null;
}

/** `callerKeyId` is null for the command line, which sends no Idempotency-Key. */
type Request = { callerKeyId: string | null; route: string; input: unknown; idempotencyKey: string | null };

/** Runs `make`, which creates a key, in a transaction. Without an Idempotency-Key, every call creates a key. */
export async function createKeyOnce<T extends NewApiKey>(
  { callerKeyId, route, input, idempotencyKey }: Request,
  make: (transaction: Prisma.TransactionClient) => Promise<T>,
): Promise<T> {
  if (idempotencyKey === null || callerKeyId === null) return db().$transaction(make);
  const id = { callerKeyId, route, idempotencyKey };
  const bodyHash = hash("sha256", JSON.stringify(input), "buffer");
  await claim(id, bodyHash);
  try {
    return await db().$transaction(async (transaction) => {
      const made = await make(transaction);
      await transaction.idempotencyRecord.update({
        where: { callerKeyId_route_idempotencyKey: id },
        data: { madeKeyId: made.key.id },
      });
      return made;
    });
  } catch (error) {
    // No key was created, so the request can be retried. If the connection is lost, the claim expires by itself.
    await db()
      .idempotencyRecord.deleteMany({ where: { ...id, madeKeyId: null } })
      .catch(() => {});
    throw error;
  }
}

type RecordId = { callerKeyId: string; route: string; idempotencyKey: string };

async function claim(id: RecordId, bodyHash: Buffer): Promise<void> {
  const claimed = await db().$executeRaw`
    INSERT INTO idempotency_records AS r (caller_key_id, route, idempotency_key, body_hash)
    VALUES (${id.callerKeyId}, ${id.route}, ${id.idempotencyKey}, ${bodyHash})
    ON CONFLICT (caller_key_id, route, idempotency_key) DO UPDATE SET body_hash = excluded.body_hash, made_key_id = NULL, created_at = now()
    WHERE r.created_at < now() - interval '24 hours' OR (r.made_key_id IS NULL AND r.created_at < now() - make_interval(secs => ${inFlightSeconds}))`;
  if (claimed === 1) return;
  const record = await db().idempotencyRecord.findUnique({ where: { callerKeyId_route_idempotencyKey: id } });
  if (record && !Buffer.from(record.bodyHash).equals(bodyHash)) {
    throw new AppError("invalid_request", "This Idempotency-Key was already used with a different body.", {
      fields: { "Idempotency-Key": "This was already used with a different body." },
    });
  }
  if (record?.madeKeyId) {
    throw new AppError(
      "conflict",
      `This request already created the key ${record.madeKeyId}. Its secret can't be shown again: revoke the key and create another one.`,
    );
  }
  throw new AppError("conflict", "The first request with this Idempotency-Key is still in progress.", {
    retryAfterSeconds: 1,
  });
}

/** Deletes expired records. Runs as a scheduled job. */
export async function deleteOldIdempotencyRecords(): Promise<void> {
  await db().idempotencyRecord.deleteMany({
    where: { createdAt: { lt: new Date(Date.now() - 25 * 3600 * 1000) } },
  });
}
