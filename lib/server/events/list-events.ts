import type { EventListQuery } from "@/lib/contracts/event-subscription-input";
import type { SystemActor } from "../actor";
import { firstId, timeOfId } from "../new-id";
import { runtime } from "../runtime";
import { maskSecrets } from "./delivery-store";

export type ListedEvent = {
  id: string;
  type: string;
  createdAt: string;
  keyId: string | null;
  environment: string | null;
  data: Record<string, unknown>;
};

/** A page of a workspace's events, newest first, whether or not a subscription asked for them. For the operator. */
export async function listEvents(
  { workspaceId }: SystemActor,
  { type, from, to, limit, cursor }: EventListQuery,
): Promise<{ events: ListedEvent[]; nextCursor: string | null }> {
  const { rows } = await runtime().pool.query<Omit<ListedEvent, "createdAt" | "data"> & { body: string }>(
    `SELECT id, type, key_id AS "keyId", environment, body FROM events.events
     WHERE workspace_id = $1 AND ($2::text IS NULL OR type = $2) AND ($3::text IS NULL OR id < $3)
       AND ($4::text IS NULL OR id >= $4) AND ($5::text IS NULL OR id < $5)
     ORDER BY id DESC LIMIT $6`,
    [
      workspaceId,
      type ?? null,
      cursor ?? null,
      from ? firstId("evt", from) : null,
      to ? firstId("evt", to) : null,
      limit + 1,
    ],
  );
  const events = rows.slice(0, limit).map(({ body, ...event }) => ({
    ...event,
    createdAt: timeOfId(event.id),
    data: JSON.parse(maskSecrets(body)).data,
  }));
  return { events, nextCursor: rows.length > limit ? (events.at(-1)?.id ?? null) : null };
}
