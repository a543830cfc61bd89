import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import type { KeyActor } from "../actor";
import { listDeliveries } from "./deliveries";
import {
  createSubscription,
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  updateSubscription,
} from "./manage-subscriptions";

useRuntime({}, { jobs: false });

test("S41 a key outside production sees and manages only subscriptions of exactly its own environment", async () => {
  const { actor } = await makeWorkspace();
  const keyOf = async (environment: string) => {
    const { key } = await makeKey(actor, { environment });
    return {
      ...{ ...actor, type: "key", keyId: key.id, ownerId: key.ownerId },
      ...{ permissionLevel: "read_write", environment },
    } as unknown as KeyActor;
  };
  const create = (by: typeof actor | KeyActor, environments?: string[]) =>
    createSubscription(by, {
      endpointUrl: "https://8.8.8.8/hooks",
      eventTypes: ["*"],
      signingSecret: "a secret of the receiver",
      ...(environments && { filters: { environments } }),
    });
  const [staging, production] = [await keyOf("staging"), await keyOf("production")];
  const refused = { code: "insufficient_permissions" };
  for (const environments of [undefined, [], ["production"], ["staging", "production"]])
    await expect(create(staging, environments)).rejects.toMatchObject(refused);
  const own = await create(staging, ["staging"]);
  const others = [
    await create(actor),
    await create(actor, ["production"]),
    await create(actor, ["staging", "production"]),
  ];
  expect((await listSubscriptions(staging)).map(({ id }) => id)).toEqual([own.id]);
  expect(await listSubscriptions(production)).toHaveLength(4);
  for (const { id } of others) {
    const attempts = [
      getSubscription(staging, id),
      updateSubscription(staging, id, { filters: { environments: ["staging"] } }),
      updateSubscription(staging, id, { status: "paused" }),
      deleteSubscription(staging, id),
      listDeliveries(staging, id, { limit: 10 }),
    ];
    for (const attempt of await Promise.allSettled(attempts))
      expect(attempt).toMatchObject({ status: "rejected", reason: { code: "not_found" } });
  }
  for (const filters of [{}, { environments: ["production"] }])
    await expect(updateSubscription(staging, own.id, { filters })).rejects.toMatchObject(refused);
  await updateSubscription(staging, own.id, {
    eventTypes: ["api_key.*"],
    filters: { environments: ["staging"] },
  });
  await deleteSubscription(staging, own.id);
  expect(await listSubscriptions(production)).toHaveLength(3);
});
