import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { db } from "../runtime";
import { changeApiKey } from "./change-api-key";
import { setKeyPolicy } from "./key-policy";
import { revokeApiKey } from "./revoke-api-key";
import { rotateApiKey } from "./rotate-api-key";
import { listUnmetKeys } from "./unmet-keys";

useRuntime();

test("the keys that work and don't meet the policy are listed with what they lack, until they meet it", async () => {
  const { actor } = await makeWorkspace();
  await makeKey((await makeWorkspace()).actor, { name: "another workspace's" });
  const make = async (name: string, input: Parameters<typeof makeKey>[1] = {}) =>
    (await makeKey(actor, { name, ...input })).key;
  const never = await make("never");
  const long = await make("long", { expiresInDays: 31, allowedIps: ["203.0.113.7"] });
  await make("every address", { expiresInDays: 30, allowedIps: ["0.0.0.0/0"] });
  await make("meets it", { expiresInDays: 30, allowedIps: ["203.0.113.7"] });
  await revokeApiKey(actor, (await make("revoked")).id);
  const expired = await make("expired", { expiresInDays: 300 });
  await db().apiKey.update({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1) } });
  expect(await listUnmetKeys(actor)).toEqual({ keys: [], total: 0 });

  await setKeyPolicy(actor, { maxLifetimeDays: 30, requireAllowedIps: true });
  const none = { neverExpires: false, livesTooLong: false, fromAnyAddress: false, rotated: false };
  const unmet = await listUnmetKeys(actor);
  expect(unmet).toMatchObject({
    total: 3,
    keys: [
      { ...none, id: never.id, name: "never", ownerName: "Ada", neverExpires: true, fromAnyAddress: true },
      { ...none, name: "long", livesTooLong: true },
      { ...none, name: "every address", fromAnyAddress: true },
    ],
  });

  const remedy = { expirationDays: 29, allowedIps: ["203.0.113.7"] };
  await changeApiKey(actor, never.id, remedy);
  await rotateApiKey(actor, long.id, { overlapSeconds: 3600 }, null);
  expect((await listUnmetKeys(actor)).keys.map(({ name }) => name)).toEqual(["every address"]);
});

test("a key that was rotated and works until the rotation is finished stays in the list", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  await rotateApiKey(actor, key.id, { overlapSeconds: null }, null);
  await setKeyPolicy(actor, { requireExpiry: true });
  expect(await listUnmetKeys(actor)).toMatchObject({
    keys: [{ id: key.id, rotated: true }, { rotated: false }],
  });
});
