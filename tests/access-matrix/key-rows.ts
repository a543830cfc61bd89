import type { Role } from "@/lib/contracts/permissions";
import type { MemberActor } from "@/lib/server/actor";
import { rotateApiKey } from "@/lib/server/keys/rotate-api-key";
import { entryId } from "@/lib/server/logs/entry-id";
import { listAccessLog } from "@/lib/server/logs/list-access-log";
import { db } from "@/lib/server/runtime";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import type { Stage, Visitor } from "@/tests/factories/console-people";
import { makeKey, makeServiceMember } from "@/tests/factories/factories";
import {
  admins,
  adminsSee,
  type Ids,
  members,
  notFound,
  notFoundToAdmins,
  type Row,
  rename,
  workspace,
} from "./row";

const key = `${workspace}/api-keys/[keyId]`;
const readOnlyKey = { name: "from the matrix", permissionLevel: "read_only" };
const ownKey = (stage: Stage, visitor: Visitor) =>
  newKey(stage, visitor === "signed out" ? "member" : visitor);
/** A viewer's key to the owner and the admin, the owner's to everyone else. */
const anothersKey = (stage: Stage, visitor: Visitor) =>
  newKey(stage, visitor === "owner" || visitor === "admin" ? "viewer" : "owner");
async function leakedKey(stage: Stage): Promise<Ids> {
  const { keyId = "" } = await newKey(stage, "viewer");
  await db().apiKey.update({ where: { id: keyId }, data: { exposedAt: new Date(), revokedAt: new Date() } });
  return { keyId };
}
async function auditEvent({ workspaceId }: MemberActor): Promise<Ids> {
  return { eventId: (await db().auditEvent.findFirstOrThrow({ where: { workspaceId } })).id };
}
async function entryOf(
  { workspace: { id } }: { workspace: { id: string } },
  { keyId = "" }: Ids,
): Promise<Ids> {
  await withWriter(async (writer) => {
    await writer.append(entry({ workspaceId: id, keyId }));
    await untilCopied(writer);
  });
  const { entries } = await listAccessLog({
    ...{ workspaceId: id, ownerId: null, signInsOf: [], view: "keys" },
    ...{ key: { is: [keyId], not: [] }, limit: 1 },
  });
  return { entry: entryId(entries[0]?.cursor ?? "") };
}
const foreignKey = (stage: Stage) => newKey(stage, "stranger");

/** API keys, and what the workspace's keys did. */
export const keyRows: Row[] = [
  { method: "GET", route: `${workspace}/access-logs`, answers: members },
  {
    method: "GET",
    route: `${workspace}/access-logs/overview`,
    search: new URLSearchParams({ range: "24h" }),
    answers: members,
  },
  {
    method: "GET",
    route: `${workspace}/access-logs/export`,
    search: new URLSearchParams({ format: "csv" }),
    answers: members,
  },
  { method: "GET", route: `${workspace}/access-logs/stream`, answers: members },
  { method: "GET", route: `${workspace}/usage/quotas`, answers: members },
  { method: "GET", route: `${workspace}/usage/requests`, answers: members },
  {
    method: "GET",
    route: `${workspace}/access-logs/[entry]`,
    answers: members,
    title: "of an own key",
    ids: async (stage, visitor) => entryOf(stage, await ownKey(stage, visitor)),
  },
  {
    method: "GET",
    route: `${workspace}/access-logs/[entry]`,
    answers: adminsSee,
    title: "of another's key",
    ids: async (stage, visitor) => entryOf(stage, await anothersKey(stage, visitor)),
  },
  {
    method: "GET",
    route: `${workspace}/access-logs/[entry]`,
    answers: notFound,
    title: "of another workspace",
    ids: async (stage) => {
      const { workspaceId } = stage.actors.stranger;
      return entryOf({ workspace: { id: workspaceId } }, await foreignKey(stage));
    },
  },
  { method: "GET", route: `${workspace}/permissions`, answers: members },
  { method: "GET", route: `${workspace}/audit-events`, answers: admins },
  {
    method: "GET",
    route: `${workspace}/audit-events/export`,
    search: new URLSearchParams({ format: "csv" }),
    answers: admins,
  },
  ...[
    { title: "the workspace's", ids: (stage: Stage) => auditEvent(stage.actors.owner), answers: admins },
    {
      title: "another workspace's",
      ids: (stage: Stage) => auditEvent(stage.actors.stranger),
      answers: notFoundToAdmins,
    },
  ].map((target) => ({ ...target, method: "GET", route: `${workspace}/audit-events/[eventId]` })),
  { method: "GET", route: `${workspace}/api-keys`, answers: members },
  {
    method: "POST",
    route: `${workspace}/api-keys`,
    answers: [401, 404, 201, 201, 201, 201],
    title: "read-only",
    body: () => readOnlyKey,
  },
  {
    method: "POST",
    route: `${workspace}/api-keys`,
    answers: [401, 404, 403, 201, 201, 201],
    title: "read & write",
    body: () => ({ ...readOnlyKey, permissionLevel: "read_write" }),
  },
  {
    method: "POST",
    route: `${workspace}/api-keys`,
    answers: [401, 404, 403, 403, 201, 201],
    title: "managing keys",
    body: () => ({ ...readOnlyKey, canManageKeys: true }),
  },
  {
    method: "POST",
    route: `${workspace}/api-keys`,
    answers: [401, 404, 403, 403, 201, 201],
    title: "a service member's",
    body: async ({ actors }) => ({
      ...readOnlyKey,
      ownerId: (await makeServiceMember(actors.owner)).userId,
    }),
  },
  {
    method: "POST",
    route: `${workspace}/api-keys`,
    answers: [401, 404, 403, 403, 400, 400],
    title: "another person's",
    body: ({ users }, visitor) => ({
      ...readOnlyKey,
      ownerId: users[visitor === "viewer" ? "member" : "viewer"].id,
    }),
  },
  { method: "GET", route: `${workspace}/api-keys/export`, answers: members },
  ...["revoke", "disable", "enable"].map((action) => ({
    ...{ method: "POST", route: `${workspace}/api-keys/batch`, title: action, answers: members },
    body: () => ({ action, keyIds: ["unknown"] }),
  })),
  {
    ...{ method: "POST", route: `${workspace}/api-keys/batch`, title: "extend", answers: members },
    body: () => ({ action: "extend", keyIds: ["unknown"], expirationDays: 30 }),
  },
  {
    ...{ method: "POST", route: `${workspace}/api-keys/batch`, title: "transfer", answers: admins },
    body: ({ users }) => ({ action: "transfer", keyIds: ["unknown"], ownerId: users.member.id }),
  },
  ...[
    { title: "a leaked key", ids: leakedKey, answers: admins },
    {
      title: "one that did not leak",
      ids: ownKey,
      answers: [401, 404, 403, 403, 409, 409] satisfies Row["answers"],
    },
    { title: "another workspace's", ids: foreignKey, answers: notFoundToAdmins },
  ].map((target) => ({ ...target, method: "POST", route: `${key}/leak` })),
  ...[
    { title: "their own", ids: ownKey, answers: members },
    { title: "another member's", ids: anothersKey, answers: adminsSee },
    { title: "another workspace's", ids: foreignKey, answers: notFound },
    { title: "one that does not exist", ids: () => ({ keyId: "undefined" }), answers: notFound },
  ].flatMap((target) => [
    { ...target, method: "GET", route: key },
    { ...target, method: "GET", route: `${key}/activity` },
    {
      ...{ ...target, title: `a rotation of ${target.title}`, method: "GET", route: `${key}/rotation` },
      ids: async (stage: Stage, visitor: Visitor) => rotated(stage, await target.ids(stage, visitor)),
    },
    { ...target, method: "GET", route: `${key}/created-keys` },
    { ...target, method: "PATCH", route: key, body: rename },
    { ...target, method: "POST", route: `${key}/revoke` },
    {
      ...{ ...target, method: "POST", route: `${key}/preview-limits` },
      body: () => ({ allowedIps: ["203.0.113.0/24"] }),
    },
    {
      ...{ ...target, method: "POST", route: `${key}/rotate`, body: () => ({ overlapSeconds: 0 }) },
      answers: inPlaceOf200(201, target.answers),
    },
    // It isn't being rotated.
    ...["PATCH", "DELETE"].map((method) => ({
      ...{ ...target, method, route: `${key}/rotation` },
      body: () => (method === "PATCH" ? { overlapSeconds: 0 } : {}),
      answers: inPlaceOf200(409, target.answers),
    })),
  ]),
];

function inPlaceOf200(status: number, answers: Row["answers"]): Row["answers"] {
  return answers.map((one) => (one === 200 ? status : one)) as [...Row["answers"]];
}

/** Rotates the key, by its owner. */
async function rotated(stage: Stage, ids: Ids): Promise<Ids> {
  const key = await db().apiKey.findUnique({ where: { id: ids.keyId ?? "" } });
  const owner = Object.values(stage.actors).find(({ userId }) => userId === key?.ownerId);
  if (key && owner) await rotateApiKey(owner, key.id, { overlapSeconds: 3600 }, null);
  return ids;
}

async function newKey(from: Stage, owner: Role | "stranger"): Promise<Ids> {
  return { keyId: (await makeKey(from.actors[owner], { permissionLevel: "read_only" })).key.id };
}
