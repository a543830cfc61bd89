import { hash } from "node:crypto";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { SystemActor } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { timeOfId } from "../new-id";
import { db, runtime } from "../runtime";

type OwnEvent = { type: string; data: Record<string, unknown>; idempotencyKey: string };

/**
 * Records an event of the operator's own, even if no subscription asks for it yet, so that it can be sent later. Repeats return the event of
 * the first request, also if they arrive at the same time. They count per workspace and label of the service token.
 * @throws AppError `conflict` if the idempotency key was used with another type or other data; `invalid_request` for a secret
 */
export async function sendEvent(
  { workspaceId, service }: SystemActor,
  { type, data, idempotencyKey }: OwnEvent,
): Promise<{ id: string; createdAt: string }> {
  const text = JSON.stringify(data);
  // Names of fields too.
  for (const [field, value] of Object.entries({ data: text, idempotency_key: idempotencyKey }))
    if (runtime().engine.keyFormats.holdsKey(value))
      throw invalidField(field, "This looks like an API key. Use a value that isn't a secret.");
  if (/\\u(?:0000|d[89a-f])/i.test(text.replaceAll("\\\\", "")))
    throw invalidField("data", "This text contains invalid characters.");
  // The command line has no label, and no label is empty.
  const claim = { workspaceId, label: service ?? "", key: idempotencyKey };
  const bodyHash = hash("sha256", JSON.stringify([type, sorted(data)]), "buffer");
  const id = await db().$transaction(async (transaction) => {
    const known = await claimKey(transaction, claim, bodyHash);
    if (known !== null) return known;
    const [event] = await transaction.$queryRaw<{ id: string }[]>`
      UPDATE events.idempotency SET event_id = events.record(${workspaceId}, ${type}, NULL, NULL, ${text}::json, true)
      WHERE workspace_id = ${workspaceId} AND label = ${claim.label} AND key = ${claim.key} RETURNING event_id AS id`;
    return (event as { id: string }).id;
  });
  return { id, createdAt: timeOfId(id) };
}

/** Claims the idempotency key, or waits for the request that has it. @returns The event of that request, or null. */
async function claimKey(
  transaction: Prisma.TransactionClient,
  { workspaceId, label, key }: { workspaceId: string; label: string; key: string },
  bodyHash: Uint8Array,
): Promise<string | null> {
  const claimed = await transaction.$executeRaw`
    INSERT INTO events.idempotency (workspace_id, label, key, body_hash, event_id)
    VALUES (${workspaceId}, ${label}, ${key}, ${bodyHash}, '') ON CONFLICT DO NOTHING`;
  if (claimed === 1) return null;
  const [first] = await transaction.$queryRaw<{ id: string; isSame: boolean }[]>`
    SELECT event_id AS id, body_hash = ${bodyHash} AS "isSame" FROM events.idempotency
    WHERE workspace_id = ${workspaceId} AND label = ${label} AND key = ${key}`;
  if (first?.isSame) return first.id;
  throw new AppError("conflict", "This idempotency_key was already used with another type or other data.");
}

/** A value whose fields are in the order of their names: a client may write them in another order when it repeats a request. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([name, inner]) => [name, sorted(inner)]));
}
