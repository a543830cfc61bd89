import { beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeSubscription } from "@/tests/factories/event-subscriptions";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { waitUntil } from "@/tests/wait-until";
import { type MemberActor, systemActor } from "../actor";
import { revokeApiKey } from "../keys/revoke-api-key";
import { runtime } from "../runtime";
import { setApiAccess } from "../workspaces/workspace-settings";
import { deleteOldEvents } from "./delete-old-events";
import { deleteSubscription, updateSubscription } from "./manage-subscriptions";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" }, { jobs: false });

let actor: MemberActor;
let id: string;
beforeEach(async () => {
  actor = (await makeWorkspace()).actor;
  id = await makeSubscription(actor);
});

const count = async (table: "events" | "deliveries" | "hourly_attempts", owner: string) =>
  (
    await runtime().pool.query(
      `SELECT 1 FROM events.${table} WHERE ${table === "events" ? "workspace_id" : "subscription_id"} = $1`,
      [owner],
    )
  ).rowCount;
const statuses = async () =>
  (
    await runtime().pool.query<{ status: string }>(
      "SELECT status FROM events.deliveries WHERE subscription_id = $1 ORDER BY id",
      [id],
    )
  ).rows.map(({ status }) => status);

test("a subscription and a workspace that are being changed don't hold up a revocation", async () => {
  const { key } = await makeKey(actor);
  const holder = await runtime().pool.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT 1 FROM event_subscriptions WHERE id = $1 FOR UPDATE", [id]);
  await holder.query("SELECT 1 FROM workspaces WHERE id = $1 FOR UPDATE", [actor.workspaceId]);
  await revokeApiKey(actor, key.id);
  await holder.query("ROLLBACK").finally(() => holder.release());
  expect(await statuses()).toEqual(["pending", "pending"]);
});

test("what waits for a paused subscription is sent or skipped when it is resumed", async () => {
  await updateSubscription(actor, id, { status: "paused" });
  await makeKey(actor);
  await runtime().pool.query(
    `UPDATE events.deliveries SET first_attempt_at = now(), next_attempt_at = now() + interval '1 hour' WHERE subscription_id = $1`,
    [id],
  );
  await updateSubscription(actor, id, { status: "active" });
  const { rows } = await runtime().pool.query(
    `SELECT status, next_attempt_at <= clock_timestamp() AS due FROM events.deliveries WHERE subscription_id = $1`,
    [id],
  );
  expect(rows).toEqual([{ status: "pending", due: true }]);
  await updateSubscription(actor, id, { status: "paused" });
  await updateSubscription(actor, id, { status: "active", sendMissed: false });
  expect(await statuses()).toEqual(["skipped"]);
});

test("nothing is left of a subscription or a workspace that is gone", async () => {
  await makeKey(actor);
  await runtime().pool.query(
    "INSERT INTO events.hourly_attempts (subscription_id, hour) VALUES ($1, now())",
    [id],
  );
  await deleteSubscription(actor, id);
  const isEmpty = async () =>
    (await count("deliveries", id)) === 0 && (await count("hourly_attempts", id)) === 0;
  await waitUntil("its deliveries are deleted", isEmpty);
  expect(await count("events", actor.workspaceId)).toBe(1);

  const other = await makeWorkspace();
  await makeSubscription(other.actor);
  await setApiAccess(systemActor(other.workspace.id, "Operator"), false);
  await runtime().pool.query("DELETE FROM workspaces WHERE id = ANY($1)", [
    [actor.workspaceId, other.workspace.id],
  ]);
  await deleteOldEvents();
  for (const orphans of [
    "events.events e WHERE NOT EXISTS (SELECT FROM workspaces w WHERE w.id = e.workspace_id)",
    "events.deliveries d WHERE NOT EXISTS (SELECT FROM event_subscriptions s WHERE s.id = d.subscription_id)",
  ])
    expect((await runtime().pool.query(`SELECT FROM ${orphans}`)).rowCount, orphans).toBe(0);
});
