import type { MemberActor } from "@/lib/server/actor";
import { newId } from "@/lib/server/new-id";
import { db, runtime } from "@/lib/server/runtime";

export type RecordedEvent = {
  type: string;
  keyId: string | null;
  environment: string | null;
  data: Record<string, unknown>;
};

/** A subscription of the actor's workspace to these types. Nothing is sent unless the test runs a Deliverer. */
export async function subscribeTo(
  { workspaceId, userId }: Pick<MemberActor, "workspaceId" | "userId">,
  eventTypes: string[] = ["*"],
  createdAt = new Date(),
): Promise<string> {
  const { id } = await db().eventSubscription.create({
    data: {
      ...{ id: newId("sub"), workspaceId, eventTypes, endpointUrl: "https://hooks.example.test/" },
      ...{ sealedSecret: new Uint8Array(), createdByType: "user", createdById: userId, createdAt },
    },
  });
  return id;
}

/** The events of a workspace that were recorded since the last call, by type and key. They are deleted. */
export async function takeEvents(workspaceId: string): Promise<RecordedEvent[]> {
  const { rows } = await runtime().pool.query<Omit<RecordedEvent, "data"> & { body: string }>(
    `DELETE FROM events.events WHERE workspace_id = $1
     RETURNING type, key_id AS "keyId", environment, body`,
    [workspaceId],
  );
  return rows
    .sort((one, other) => (`${one.type} ${one.keyId}` < `${other.type} ${other.keyId}` ? -1 : 1))
    .map(({ type, keyId, environment, body }) => ({ type, keyId, environment, data: JSON.parse(body).data }));
}
