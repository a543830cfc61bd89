import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeServiceMember, makeWorkspace, nowhere } from "@/tests/factories/factories";
import { updateProfile } from "../accounts/users/account";
import { systemActor } from "../actor";
import { createSubscription } from "../events/manage-subscriptions";
import { pauseItself } from "../events/pause-subscription";
import { replacePermissionCatalog } from "../keys/permission-catalog";
import { rotateApiKey } from "../keys/rotate-api-key";
import { cancelRotation } from "../keys/rotation";
import { db } from "../runtime";
import { invite } from "../workspaces/invitations/send-invitation";
import { putServiceMember } from "../workspaces/members/operate-service-members";
import { removeMember } from "../workspaces/members/remove-member";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });

async function latest(action: string, targetId: string) {
  const { details } = await db().auditEvent.findFirstOrThrow({
    where: { action, targetId },
    orderBy: { id: "desc" },
  });
  return details;
}

test("a rotation records the rights that the new key has instead, and when the old key ended before", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor, { expiresInDays: 30 });
  const before = key.expiresAt?.toISOString();
  const { previousExpiresAt } = await rotateApiKey(
    actor,
    key.id,
    { overlapSeconds: 60, permissionLevel: "read_only" },
    null,
  );
  const ended = previousExpiresAt?.toISOString();
  expect(await latest("api_key.rotated", key.id)).toMatchObject({
    ends: { from: before, to: ended },
    permissionLevel: { from: "read_write", to: "read_only" },
  });
  await cancelRotation(actor, key.id, false);
  expect(await latest("api_key.rotation_canceled", key.id)).toMatchObject({
    expiresAt: { from: ended, to: before },
  });
});

test("a transfer records what the key may do no longer", async () => {
  const { actor, workspace } = await makeWorkspace();
  const admin = await makeMember(workspace, "admin");
  const { key } = await makeKey(admin.actor, { canManageKeys: true });
  await removeMember(admin.actor, admin.user.id, {
    transfers: [{ keyId: key.id, userId: actor.userId }],
    revocations: [],
  });
  expect(await latest("api_key.transferred", key.id)).toEqual({
    owner: { from: "The admin", to: "Ada" },
    canManageKeys: { from: true, to: false },
    roleCeiling: { from: null, to: "admin" },
  });
});

test("a repeated invitation records the role before", async () => {
  const { actor } = await makeWorkspace();
  await invite(actor, { email: "x@example.test", role: "viewer" });
  await invite(actor, { email: "x@example.test", role: "admin" });
  const { id } = await db().invitation.findFirstOrThrow({ where: { workspaceId: actor.workspaceId } });
  expect(await latest("invitation.resent", id)).toMatchObject({
    role: { from: "viewer", to: "admin" },
    expiresAt: { from: expect.any(String), to: expect.any(String) },
  });
});

test("a service member's new contact address is recorded without the whole address", async () => {
  const { actor } = await makeWorkspace();
  const { userId } = await makeServiceMember(actor);
  const service = systemActor(actor.workspaceId, "billing");
  await putServiceMember(
    service,
    { id: userId },
    { name: "Deploy bot", email: "ops@a.example", role: "member" },
  );
  expect(await latest("member.contact_changed", userId)).toEqual({
    contactEmail: { from: null, to: "o•••@a.example" },
  });
});

test("a person's new name and preferences are recorded with those before", async () => {
  const { owner } = await makeWorkspace();
  await updateProfile(owner.id, { name: "Ada Park", timeZone: "Asia/Kathmandu" }, nowhere);
  await updateProfile(owner.id, { name: "Ada Park", timeZone: "Asia/Kathmandu" }, nowhere);
  expect(await latest("account.renamed", owner.id)).toEqual({ name: { from: "Ada", to: "Ada Park" } });
  expect(await latest("account.preferences_changed", owner.id)).toEqual({
    timeZone: { from: null, to: "Asia/Kathmandu" },
  });
  expect(
    await db().auditEvent.count({ where: { actorId: owner.id, action: { startsWith: "account." } } }),
  ).toBe(3);
});

test("another reason for a pause records the one before", async () => {
  const { actor } = await makeWorkspace();
  const { id } = await createSubscription(actor, {
    endpointUrl: "https://127.0.0.1/",
    eventTypes: ["*"],
    signingSecret: "a secret of the receiver",
    filters: { environments: ["production"] },
  });
  expect(await latest("event_subscription.created", id)).toEqual({
    eventTypes: ["*"],
    environments: ["production"],
  });
  for (const because of ["gone", "key_exposed"] as const)
    await db().$transaction((transaction) => pauseItself(transaction, id, because));
  expect(await latest("event_subscription.paused", id)).toEqual({
    because: { from: "gone", to: "key_exposed" },
  });
});

test("a replaced permission catalog records how many there were", async () => {
  const catalog = {
    permissions: [{ name: "files:read", description: "", access: "read" as const }],
    routes: [],
  };
  await replacePermissionCatalog({ permissions: [], routes: [] }, nowhere);
  await replacePermissionCatalog(catalog as never, nowhere);
  expect(await latest("permission_catalog.replaced", "permissions")).toMatchObject({
    added: ["files:read"],
    permissions: { from: 0, to: 1 },
  });
});
