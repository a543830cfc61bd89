import { expect, test } from "vitest";
import { subscribeTo, takeEvents } from "@/tests/database/recorded-events";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeServiceMember, makeWorkspace } from "@/tests/factories/factories";
import { changeApiKey } from "../keys/change-api-key";
import { remindOfExpiry } from "../keys/expiry-reminders";
import { revokeApiKey } from "../keys/revoke-api-key";
import { rotateApiKey } from "../keys/rotate-api-key";
import { db } from "../runtime";
import { tellOfExpiredKeys } from "./tell-of-expiry";

useRuntime({}, { jobs: false });

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const after = (moment: Date | null, ms: number) => new Date((moment?.getTime() ?? 0) + ms);

/** A workspace with a subscription, and what it is told of expiries. */
async function subscribed() {
  const { actor } = await makeWorkspace();
  await subscribeTo(actor);
  const told = async () =>
    (await takeEvents(actor.workspaceId))
      .filter(({ type }) => type === "api_key.expiring" || type === "api_key.expired")
      .map(({ type, keyId, data: { expiresAt, when } }) => ({ type, keyId, expiresAt, when }));
  return { actor, told };
}

/** A key that expires at noon of a day, so that the twelve hours before are the same day. */
async function keyUntilNoon(actor: Parameters<typeof makeKey>[0], days = 30) {
  const noon = new Date(Date.now() + days * dayMs);
  noon.setUTCHours(12, 0, 0, 0);
  return (await makeKey(actor, { expiresAt: noon.toISOString() })).key;
}

test("a key is told of 7 days, a day, and twelve hours before it expires, and once when it has expired", async () => {
  const { actor, told } = await subscribed();
  const { id: keyId, expiresAt } = await keyUntilNoon(actor);
  const at = async (ms: number) => {
    await remindOfExpiry(after(expiresAt, ms));
    await Promise.all([1, 2, 3].map(() => tellOfExpiredKeys(after(expiresAt, ms))));
    return told();
  };
  const facts = { keyId, expiresAt: expiresAt?.toISOString() };
  const expiring = (when: string) => [{ type: "api_key.expiring", ...facts, when }];
  expect(await at(-7 * dayMs - 1)).toEqual([]);
  expect(await at(-7 * dayMs)).toEqual(expiring("week"));
  expect(await at(-2 * dayMs)).toEqual([]);
  expect(await at(-dayMs)).toEqual(expiring("day"));
  expect(await at(-12 * hourMs)).toEqual(expiring("today"));
  expect(await at(-1)).toEqual([]);
  expect(await at(0)).toEqual([{ type: "api_key.expired", ...facts, when: undefined }]);
  expect(await at(1)).toEqual([]);
  expect(await at(dayMs - 1)).toEqual([]);
});

test("the expiry of a key is told of even if there is no one to send mail to", async () => {
  const { actor, told } = await subscribed();
  const { userId } = await makeServiceMember(actor);
  const { id, expiresAt } = await keyUntilNoon(actor);
  await db().apiKey.update({ where: { id }, data: { ownerId: userId } });
  await db().member.deleteMany({ where: { userId: actor.userId } });
  await remindOfExpiry(after(expiresAt, -dayMs));
  expect(await told()).toMatchObject([{ type: "api_key.expiring", keyId: id, when: "day" }]);
});

test("a moved expiry is told of again, and a disabled key expires too, but not a revoked one", async () => {
  const { actor, told } = await subscribed();
  const [moved, disabled, revoked] = [
    await keyUntilNoon(actor),
    await keyUntilNoon(actor),
    await keyUntilNoon(actor),
  ];
  await tellOfExpiredKeys(moved.expiresAt);
  expect(await told()).toHaveLength(3);
  const expiresAt = after(moved.expiresAt, dayMs);
  for (const { id } of [moved, disabled, revoked])
    await changeApiKey(actor, id, { expiresAt: expiresAt.toISOString() });
  await changeApiKey(actor, disabled.id, { disabled: true });
  await revokeApiKey(actor, revoked.id);
  await tellOfExpiredKeys(expiresAt);
  const ids = (await told()).map(({ keyId }) => keyId);
  expect(ids.sort()).toEqual([moved.id, disabled.id].sort());
});

test("the old key of a rotation expires when its overlap ends", async () => {
  const { actor, told } = await subscribed();
  const { key } = await makeKey(actor);
  const { previousExpiresAt } = await rotateApiKey(actor, key.id, { overlapSeconds: 3600 }, null);
  await tellOfExpiredKeys(after(previousExpiresAt, -1));
  expect(await told()).toEqual([]);
  await tellOfExpiredKeys(previousExpiresAt);
  expect(await told()).toMatchObject([{ type: "api_key.expired", keyId: key.id }]);
});

test("what expired before the subscription, or a day before any instance ran, isn't told", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  const expiresAt = new Date(Date.now() - hourMs);
  await db().apiKey.update({ where: { id: key.id }, data: { expiresAt } });
  await subscribeTo(actor, ["*"], new Date(Date.now() - hourMs + 1));
  await tellOfExpiredKeys();
  expect(await takeEvents(actor.workspaceId)).toEqual([]);
  await subscribeTo(actor, ["*"], expiresAt);
  await tellOfExpiredKeys(after(expiresAt, dayMs));
  expect(await takeEvents(actor.workspaceId)).toEqual([]);
  await tellOfExpiredKeys(after(expiresAt, dayMs - 1));
  expect(await takeEvents(actor.workspaceId)).toMatchObject([{ type: "api_key.expired", keyId: key.id }]);
});
