import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import type { KeyActor, MemberActor } from "../actor";
import type { ApiKey } from "../generated/prisma/client";
import { revokeApiKey, revokeWithCreatedKeys } from "../keys/revoke-api-key";
import { type Mail, mailSeal } from "../mail/queue-mail";
import { db } from "../runtime";
import { unseal } from "../seal";
import { changeRole } from "../workspaces/members/change-role";
import { removeMember } from "../workspaces/members/remove-member";
import { setSuspension } from "../workspaces/members/set-suspension";
import { createSubscription, updateSubscription } from "./manage-subscriptions";

useRuntime({}, { jobs: false });

const noKeys = { transfers: [], revocations: [] };
const elsewhere = { endpointUrl: "https://8.8.4.4/elsewhere" };
const create = (actor: MemberActor | KeyActor) =>
  createSubscription(actor, {
    endpointUrl: "https://8.8.8.8/hooks",
    eventTypes: ["api_key.*"],
    signingSecret: "a secret of the receiver",
  });
const stateOf = async (id: string) => {
  const { status, pausedBecause } = await db().eventSubscription.findUniqueOrThrow({ where: { id } });
  return pausedBecause ?? status;
};
const keyActor = (owner: MemberActor, { id, ownerId }: ApiKey) =>
  ({
    ...owner,
    type: "key",
    keyId: id,
    ownerId,
    permissionLevel: "read_write",
    environment: "production",
  }) as unknown as KeyActor;

async function recipients(): Promise<string[]> {
  const rows = await db().$queryRaw<{ sealed: Uint8Array }[]>`SELECT sealed FROM mail.outbox ORDER BY id`;
  return rows
    .map(({ sealed }) => JSON.parse(unseal(sealed, mailSeal).toString()) as Mail)
    .filter(({ subject }) => subject === "An event subscription was paused")
    .map(({ to }) => to);
}

const departures: [string, (by: MemberActor, userId: string) => Promise<unknown>][] = [
  ["removed", (by, userId) => removeMember(by, userId, noKeys)],
  ["suspended", (by, userId) => setSuspension(by, userId, { suspended: true, ...noKeys })],
  ["made a member", (by, userId) => changeRole(by, userId, { role: "member", ...noKeys })],
];

test.each(departures)(
  "S44 when an admin is %s, what they made or last redirected is paused, and another admin resumes it",
  async (_, depart) => {
    await db().$executeRaw`DELETE FROM mail.outbox`;
    const { actor, owner, workspace } = await makeWorkspace();
    const leaving = await makeMember(workspace, "admin");
    const staying = await makeMember(workspace, "admin");
    const [made, redirected, corrected, other] = [
      await create(leaving.actor),
      await create(actor),
      await create(actor),
      await create(staying.actor),
    ];
    await updateSubscription(leaving.actor, redirected.id, elsewhere);
    await updateSubscription(leaving.actor, corrected.id, elsewhere);
    await updateSubscription(staying.actor, corrected.id, { endpointUrl: "https://8.8.8.8/hooks" });
    await depart(actor, leaving.user.id);
    const states = await Promise.all([made, redirected, corrected, other].map(({ id }) => stateOf(id)));
    expect(states).toEqual(["creator_left", "creator_left", "active", "active"]);
    const audit = await db().auditEvent.findMany({
      where: { action: "event_subscription.paused", workspaceId: workspace.id },
    });
    expect(audit.map(({ details }) => details)).toEqual([
      { because: "creator_left" },
      { because: "creator_left" },
    ]);
    expect(await recipients()).toEqual([owner.email, owner.email]);
    await updateSubscription(staying.actor, made.id, { status: "active" });
    expect(await stateOf(made.id)).toBe("active");
  },
);

test("S33 revoking a key with the keys it created pauses what they made or redirected; a plain revocation pauses nothing", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor, { canManageKeys: true });
  const child = (await makeKey(actor)).key;
  await db().apiKey.update({
    where: { id: child.id },
    data: { createdByType: "key", createdById: key.id },
  });
  const [byKey, byChild, redirected, other] = [
    await create(keyActor(actor, key)),
    await create(keyActor(actor, child)),
    await create(actor),
    await create(actor),
  ];
  await updateSubscription(keyActor(actor, key), redirected.id, elsewhere);
  const states = () => Promise.all([byKey, byChild, redirected, other].map(({ id }) => stateOf(id)));
  await revokeApiKey(actor, child.id);
  expect(await states()).toEqual(["active", "active", "active", "active"]);
  await revokeWithCreatedKeys(actor, key.id);
  expect(await states()).toEqual(["key_revoked", "key_revoked", "key_revoked", "active"]);
});
