import { beforeAll, describe, expect, test } from "vitest";
import type { Role } from "@/lib/contracts/permissions";
import { addDomain } from "@/lib/server/accounts/single-sign-on/manage-domains";
import { newId } from "@/lib/server/new-id";
import { db, runtime } from "@/lib/server/runtime";
import { invite } from "@/lib/server/workspaces/invitations/send-invitation";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { useRuntime } from "@/tests/database/runtime";
import { cookieOf, makeStage, type Stage, type Visitor, visitors } from "@/tests/factories/console-people";
import {
  makeKey,
  makeMember,
  makeServiceMember,
  makeSessionCookie,
  password,
} from "@/tests/factories/factories";
import { callConsole, findConsoleRoutes } from "@/tests/processes/console-routes";

useRuntime({ GITHUB_CLIENT_ID: "our-client", GITHUB_CLIENT_SECRET: "s" });

/** The expected status for each visitor, in the order of `visitors`: signed out, stranger, viewer, member, admin, owner. */
type Statuses = [number, number, number, number, number, number];
type Ids = {
  [name in
    | "keyId"
    | "passkeyId"
    | "sessionId"
    | "nextauth"
    | "userId"
    | "invitationId"
    | "domainId"]?: string;
};
type Row = {
  method: string;
  route: string;
  answers: Statuses;
  title?: string;
  body?: (stage: Stage, visitor: Visitor) => unknown;
  headers?: Record<string, string>;
  ids?: (stage: Stage, visitor: Visitor) => Ids | Promise<Ids>;
};

const anyone: Statuses = [200, 200, 200, 200, 200, 200];
const signedIn: Statuses = [401, 200, 200, 200, 200, 200];
const members: Statuses = [401, 404, 200, 200, 200, 200];
const admins: Statuses = [401, 404, 403, 403, 200, 200];
/** For another member's resource: visitors who can't see everything get 404. */
const adminsSee: Statuses = [401, 404, 404, 404, 200, 200];
const ownersOnly: Statuses = [401, 404, 403, 403, 403, 200];
const nobodyAdministers: Statuses = [401, 404, 403, 403, 404, 404];
const nobody: Statuses = [401, 404, 404, 404, 404, 404];

const account = "/api/account";
const workspace = "/api/workspaces/[workspace]";
const key = `${workspace}/api-keys/[keyId]`;
const member = `${workspace}/members/[userId]`;
const nextauth = "/api/auth/[...nextauth]";

const rename = () => ({ name: "Renamed" });
const readOnlyKey = { name: "from the matrix", permissionLevel: "read_only" };
const ownKey = (stage: Stage, visitor: Visitor) =>
  newKey(stage, visitor === "signed out" ? "member" : visitor);
/** A viewer's key to the owner and the admin, the owner's to everyone else. */
const anothersKey = (stage: Stage, visitor: Visitor) =>
  newKey(stage, visitor === "owner" || visitor === "admin" ? "viewer" : "owner");
const foreignKey = (stage: Stage) => newKey(stage, "stranger");
const strangersId = (stage: Stage) => ({ userId: stage.users.stranger.id });
const ownId = (stage: Stage, visitor: Visitor) => ({
  userId: stage.users[visitor === "signed out" ? "member" : visitor].id,
});
let signUps = 0;
const nobodysToken = "x".repeat(43);
const nobodysAssertion = { id: "x", clientDataJSON: "x", authenticatorData: "x", signature: "x" };
const nobodysPasskey = { name: "N", id: "x", clientDataJSON: "x", attestationObject: "x", transports: [] };

const table: Row[] = [
  {
    method: "POST",
    route: "/api/sign-up",
    answers: [201, 201, 201, 201, 201, 201],
    body: () => ({ name: "New", email: `new-${signUps++}@example.test`, password, workspaceName: "New" }),
  },
  {
    method: "POST",
    route: "/api/sign-in",
    answers: anyone,
    body: ({ users }, visitor) => ({
      email: users[visitor === "signed out" ? "member" : visitor].email,
      password,
    }),
  },
  {
    method: "POST",
    route: "/api/sign-in/verify",
    answers: [401, 409, 409, 409, 409, 409],
    title: "by who owes no second step",
    body: () => ({ code: "123456" }),
  },
  { method: "POST", route: "/api/sign-in/passkey/options", answers: anyone },
  {
    method: "POST",
    route: "/api/sign-in/passkey",
    answers: [401, 401, 401, 401, 401, 401],
    title: "with nobody's passkey",
    body: () => nobodysAssertion,
  },
  {
    method: "POST",
    route: "/api/sign-in/verify/passkey",
    answers: [401, 409, 409, 409, 409, 409],
    title: "by who owes no second step",
  },
  {
    method: "POST",
    route: "/api/sign-in/verify/email",
    answers: [401, 409, 409, 409, 409, 409],
    title: "by who owes no second step",
  },
  { method: "POST", route: "/api/sign-out", answers: anyone },
  {
    method: "POST",
    route: "/api/sign-up/request",
    answers: [202, 202, 202, 202, 202, 202],
    body: () => ({ name: "New", email: `new-${signUps++}@example.test`, workspaceName: "New" }),
  },
  {
    method: "POST",
    route: "/api/sign-up/complete",
    answers: [410, 410, 410, 410, 410, 410],
    title: "with nobody's link",
    body: () => ({ token: nobodysToken, password }),
  },
  {
    method: "POST",
    route: "/api/forgot-password",
    answers: [202, 202, 202, 202, 202, 202],
    body: () => ({ email: "nobody@example.test" }),
  },
  {
    method: "POST",
    route: "/api/reset-password",
    answers: [410, 410, 410, 410, 410, 410],
    title: "with nobody's link",
    body: () => ({ token: nobodysToken, password }),
  },
  {
    method: "POST",
    route: "/api/verify-email",
    answers: [410, 410, 410, 410, 410, 410],
    title: "with nobody's link",
    body: () => ({ token: nobodysToken }),
  },
  {
    method: "POST",
    route: `${account}/email`,
    answers: [401, 202, 202, 202, 202, 202],
    body: () => ({ email: `changed-${signUps++}@example.test` }),
  },
  { method: "POST", route: `${account}/verify-email`, answers: [401, 202, 202, 202, 202, 202] },
  {
    method: "GET",
    route: nextauth,
    answers: anyone,
    title: "its session",
    ids: () => ({ nextauth: "session" }),
  },
  {
    method: "POST",
    route: nextauth,
    answers: [404, 404, 404, 404, 404, 404],
    title: "the closed way in",
    ids: () => ({ nextauth: "signin/closed" }),
  },
  { method: "GET", route: account, answers: signedIn },
  { method: "PATCH", route: account, answers: signedIn, body: rename },
  { method: "POST", route: `${account}/reauthenticate`, answers: signedIn, body: () => ({ password }) },
  {
    method: "POST",
    route: `${account}/password`,
    answers: signedIn,
    body: () => ({ currentPassword: password, newPassword: password }),
  },
  {
    method: "PUT",
    route: `${account}/password`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "by who has one",
    body: () => ({ newPassword: password }),
  },
  {
    method: "POST",
    route: "/api/sign-in/providers/[provider]",
    answers: [200, 200, 200, 200, 200, 200],
  },
  {
    method: "POST",
    route: `${account}/reauthenticate/[provider]`,
    answers: [401, 404, 404, 404, 404, 404],
    title: "by who has not connected it",
  },
  { method: "GET", route: `${account}/connected-accounts`, answers: signedIn },
  { method: "POST", route: `${account}/connected-accounts/[provider]`, answers: signedIn },
  {
    method: "DELETE",
    route: `${account}/connected-accounts/[provider]`,
    answers: nobody,
    title: "by who has not connected it",
  },
  { method: "GET", route: `${account}/two-step`, answers: signedIn },
  {
    method: "POST",
    route: `${account}/two-step/authenticator`,
    answers: [401, 201, 201, 201, 201, 201],
  },
  {
    method: "POST",
    route: `${account}/two-step/authenticator/confirm`,
    answers: [401, 400, 400, 400, 400, 400],
    title: "with a code that is none",
    body: () => ({ code: "none" }),
  },
  {
    method: "DELETE",
    route: `${account}/two-step/authenticator`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "by who has none",
  },
  {
    method: "POST",
    route: `${account}/two-step/recovery-codes`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "by who has no second step",
  },
  {
    method: "PUT",
    route: `${account}/picture`,
    answers: [401, 400, 400, 400, 400, 400],
    title: "with what is none",
    headers: { "content-type": "image/png" },
  },
  { method: "DELETE", route: `${account}/picture`, answers: signedIn },
  {
    method: "GET",
    route: "/api/users/[userId]/picture",
    answers: [401, 404, 200, 200, 200, 200],
    title: "of who is in the workspace",
    ids: async (stage) => {
      const { user } = await makeMember(stage.workspace, "viewer");
      const picture = { userId: user.id, version: "1", webp: new Uint8Array([1]) };
      await db().userPicture.create({ data: picture });
      return { userId: user.id };
    },
  },
  {
    method: "GET",
    route: "/api/users/[userId]/picture",
    answers: nobody,
    title: "of who has none",
    ids: strangersId,
  },
  { method: "GET", route: `${account}/activity`, answers: signedIn },
  { method: "GET", route: `${account}/deletion`, answers: signedIn },
  {
    method: "POST",
    route: `${account}/deletion`,
    answers: [401, 400, 400, 400, 400, 400],
    title: "with an address that is not one's own",
    body: () => ({ email: "nobody@example.test" }),
  },
  { method: "GET", route: `${account}/session`, answers: signedIn },
  { method: "POST", route: `${account}/session`, answers: signedIn },
  {
    method: "POST",
    route: `${account}/reauthenticate/passkey`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "by who has none",
  },
  { method: "GET", route: `${account}/passkeys`, answers: signedIn },
  { method: "POST", route: `${account}/passkeys/options`, answers: signedIn },
  {
    method: "POST",
    route: `${account}/passkeys`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "one that answers no challenge",
    body: () => nobodysPasskey,
  },
  ...[
    { title: "one's own", answers: signedIn, whose: (visitor: Visitor) => visitor },
    {
      title: "another's",
      answers: nobody,
      whose: (visitor: Visitor) => (visitor === "owner" ? "viewer" : "owner"),
    },
  ].flatMap(({ whose, ...target }) => {
    const ids = (from: Stage, visitor: Visitor) => newPasskey(from, whose(visitor));
    const route = `${account}/passkeys/[passkeyId]`;
    return [
      { ...target, ids, route, method: "PATCH", body: rename },
      { ...target, ids, route, method: "DELETE" },
    ];
  }),
  {
    method: "POST",
    route: `${account}/two-step/email-codes`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "by who has proven no address",
  },
  {
    method: "DELETE",
    route: `${account}/two-step/email-codes`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "by who has none",
  },
  { method: "GET", route: `${account}/sessions`, answers: signedIn },
  { method: "POST", route: `${account}/sessions/revoke-others`, answers: signedIn },
  {
    method: "DELETE",
    route: `${account}/sessions/[sessionId]`,
    answers: signedIn,
    title: "one's own",
    ids: async (stage, visitor) => ({ sessionId: await newSessionId(stage, visitor) }),
  },
  {
    method: "DELETE",
    route: `${account}/sessions/[sessionId]`,
    answers: nobody,
    title: "another's",
    ids: async (stage, visitor) => ({
      sessionId: await newSessionId(stage, visitor === "owner" ? "viewer" : "owner"),
    }),
  },
  { method: "GET", route: workspace, answers: members },
  { method: "PATCH", route: workspace, answers: admins, body: rename },
  { method: "GET", route: `${workspace}/api-access`, answers: admins },
  { method: "PUT", route: `${workspace}/api-access`, answers: admins, body: () => ({ enabled: true }) },
  { method: "PUT", route: `${workspace}/two-step`, answers: admins, body: () => ({ required: false }) },
  {
    method: "POST",
    route: `${workspace}/delete`,
    answers: [401, 404, 403, 403, 403, 400],
    title: "with another's address",
    body: () => ({ slug: "another" }),
  },
  { method: "GET", route: `${workspace}/domains`, answers: admins },
  {
    method: "POST",
    route: `${workspace}/domains`,
    answers: [401, 404, 403, 403, 201, 201],
    body: () => ({ domain: `d${signUps++}.example` }),
  },
  ...[
    { title: "an unproven one", ids: newDomain, answers: admins },
    { title: "another workspace's", ids: foreignDomain, answers: nobodyAdministers },
  ].flatMap((target) => [
    {
      ...target,
      method: "PATCH",
      route: `${workspace}/domains/[domainId]`,
      body: () => ({ defaultRole: "viewer" }),
    },
    { ...target, method: "DELETE", route: `${workspace}/domains/[domainId]` },
  ]),
  {
    method: "POST",
    route: `${workspace}/domains/[domainId]/verify`,
    answers: nobodyAdministers,
    title: "nobody's",
    ids: () => ({ domainId: "undefined" }),
  },
  { method: "GET", route: `${workspace}/members`, answers: members },
  {
    method: "POST",
    route: `${workspace}/members`,
    answers: [401, 404, 403, 403, 201, 201],
    title: "a service member",
    body: () => ({ name: "Deploy bot", role: "admin" }),
  },
  {
    method: "PUT",
    route: `${member}/name`,
    answers: admins,
    title: "a service member",
    body: rename,
    ids: (stage) => makeServiceMember(stage.actors.owner),
  },
  {
    method: "PUT",
    route: `${member}/name`,
    answers: nobodyAdministers,
    title: "another workspace's service member",
    body: rename,
    ids: (stage) => makeServiceMember(stage.actors.stranger),
  },
  {
    method: "POST",
    route: "/api/workspaces",
    answers: [401, 201, 201, 201, 201, 201],
    body: () => ({ name: "Another" }),
  },
  ...[
    { title: "a member", ids: (stage: Stage) => newMemberId(stage, "member"), answers: admins },
    { title: "an owner", ids: (stage: Stage) => newMemberId(stage, "owner"), answers: ownersOnly },
    {
      title: "a service member",
      ids: (stage: Stage) => makeServiceMember(stage.actors.owner),
      answers: admins,
    },
    { title: "another workspace's", ids: strangersId, answers: nobodyAdministers },
  ].flatMap((target) => [
    { ...target, method: "PATCH", route: member, body: () => ({ role: "viewer" }) },
    { ...target, method: "PUT", route: `${member}/suspension`, body: () => ({ suspended: true }) },
    { ...target, method: "GET", route: `${member}/keys` },
    { ...target, method: "POST", route: `${member}/remove` },
  ]),
  { method: "GET", route: `${member}/keys`, title: "oneself", answers: members, ids: ownId },
  { method: "GET", route: `${workspace}/invitations`, answers: admins },
  ...[
    { role: "member", answers: admins },
    { role: "owner", answers: ownersOnly },
  ].flatMap(({ role, answers }) => [
    {
      method: "POST",
      route: `${workspace}/invitations`,
      answers: answers.map((status) => (status === 200 ? 201 : status)) as Statuses,
      title: role,
      body: () => ({ email: `new-${signUps++}@example.test`, role }),
    },
    {
      method: "POST",
      route: `${workspace}/invitations/[invitationId]/resend`,
      answers,
      title: role,
      ids: (stage: Stage) => newInvitation(stage, role as Role),
    },
    {
      method: "DELETE",
      route: `${workspace}/invitations/[invitationId]`,
      answers,
      title: role,
      ids: (stage: Stage) => newInvitation(stage, role as Role),
    },
  ]),
  {
    method: "DELETE",
    route: `${workspace}/invitations/[invitationId]`,
    answers: nobodyAdministers,
    title: "nobody's",
    ids: () => ({ invitationId: "undefined" }),
  },
  ...[
    { method: "POST", route: `${workspace}/invitations/[invitationId]/resend` },
    { method: "DELETE", route: `${workspace}/invitations/[invitationId]` },
  ].map((row) => ({
    ...row,
    answers: nobodyAdministers,
    title: "another workspace's",
    ids: (stage: Stage) => newInvitation(stage, "viewer", "stranger"),
  })),
  {
    method: "POST",
    route: "/api/invitations/accept",
    answers: [401, 404, 404, 404, 404, 404],
    title: "a link that is none",
    body: () => ({ token: "nobodys" }),
  },
  {
    method: "POST",
    route: "/api/invitations/new-account",
    answers: [404, 404, 404, 404, 404, 404],
    title: "a link that is none",
    body: () => ({ token: "nobodys", name: "New", password }),
  },
  { method: "GET", route: `${workspace}/access-logs`, answers: members },
  { method: "GET", route: `${workspace}/usage`, answers: members },
  { method: "GET", route: `${workspace}/permissions`, answers: members },
  { method: "GET", route: `${workspace}/audit-events`, answers: admins },
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
    body: () => ({ ...readOnlyKey, ownerId: serviceId }),
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
  ...[
    { title: "one's own", ids: ownKey, answers: members },
    { title: "another member's", ids: anothersKey, answers: adminsSee },
    { title: "another workspace's", ids: foreignKey, answers: nobody },
    { title: "nobody's", ids: () => ({ keyId: "undefined" }), answers: nobody },
  ].flatMap((target) => [
    { ...target, method: "GET", route: key },
    { ...target, method: "GET", route: `${key}/activity` },
    { ...target, method: "PATCH", route: key, body: rename },
    { ...target, method: "POST", route: `${key}/revoke` },
  ]),
];

let stage: Stage;
let serviceId: string;
beforeAll(async () => {
  stage = await makeStage();
  serviceId = (await makeServiceMember(stage.actors.owner)).userId;
});

test("S42 the matrix covers every method of every route under app/api, and nothing else", async () => {
  const declared = new Set(table.map(({ method, route }) => `${method} ${route}`));
  const found = (await findConsoleRoutes()).flatMap(({ pattern, methods }) =>
    methods.map((method) => `${method} ${pattern}`),
  );
  expect([...declared].sort()).toEqual(found.sort());
});

describe("S42 access to", () => {
  for (const row of table) {
    for (const [index, visitor] of visitors.entries()) {
      test(`${row.method} ${row.route}${row.title ? ` (${row.title})` : ""} by ${visitor}: ${row.answers[index]}`, async () => {
        const cookie = await cookieOf(stage, visitor);
        const answer = await callConsole(row.method, await pathOf(row, visitor), {
          cookie,
          body: row.body?.(stage, visitor),
          ...(row.headers && { headers: row.headers }),
        });
        expect(answer.status, answer.body).toBe(row.answers[index]);
      });
    }
  }
});

describe("S42 while API access is off", () => {
  const gated = table.filter(
    ({ route }) => /\/(api-keys|access-logs|usage|permissions)/.test(route) && !route.endsWith("/revoke"),
  );
  for (const row of gated) {
    test(`${row.method} ${row.route}${row.title ? ` (${row.title})` : ""} is rejected for every member`, async () => {
      await setApiAccess(stage.actors.owner, false);
      for (const visitor of ["viewer", "member", "admin", "owner"] as const) {
        const cookie = await cookieOf(stage, visitor);
        const answer = await callConsole(row.method, await pathOf(row, visitor), {
          cookie,
          body: row.body?.(stage, visitor),
        });
        expect(answer.json).toMatchObject({ error: { code: "api_access_disabled" } });
      }
    });
  }
});

async function pathOf(row: Row, visitor: Visitor): Promise<string> {
  const ids: Ids = (await row.ids?.(stage, visitor)) ?? {};
  return row.route
    .replace("[workspace]", stage.workspace.slug)
    .replace("[keyId]", ids.keyId ?? "")
    .replace("[passkeyId]", ids.passkeyId ?? "")
    .replace("[sessionId]", ids.sessionId ?? "")
    .replace("[userId]", ids.userId ?? "")
    .replace("[domainId]", ids.domainId ?? "")
    .replace("[provider]", "github")
    .replace("[invitationId]", ids.invitationId ?? "")
    .replace("[...nextauth]", ids.nextauth ?? "");
}

async function newKey(from: Stage, owner: Role | "stranger"): Promise<Ids> {
  return { keyId: (await makeKey(from.actors[owner], { permissionLevel: "read_only" })).key.id };
}

async function newMemberId(from: Stage, role: Role): Promise<Ids> {
  return { userId: (await makeMember(from.workspace, role)).user.id };
}

async function newDomain(from: Stage): Promise<Ids> {
  return { domainId: (await addDomain(from.actors.owner, `d${signUps++}.example`)).id };
}

async function foreignDomain(from: Stage): Promise<Ids> {
  return { domainId: (await addDomain(from.actors.stranger, `d${signUps++}.example`)).id };
}

async function newInvitation(from: Stage, role: Role, by: "owner" | "stranger" = "owner"): Promise<Ids> {
  const email = `new-${signUps++}@example.test`;
  await invite(from.actors[by], { email, role });
  const { id } = await db().invitation.findFirstOrThrow({ where: { email } });
  return { invitationId: id };
}

async function newPasskey(from: Stage, visitor: Visitor): Promise<Ids> {
  const { id: userId } = from.users[visitor === "signed out" ? "member" : visitor];
  const id = newId("pk");
  const publicKey = new Uint8Array(1);
  await db().passkey.create({
    data: { id, credentialId: id, userId, publicKey, counter: 0, name: "N", backedUp: false },
  });
  return { passkeyId: id };
}

async function newSessionId(from: Stage, visitor: Visitor): Promise<string> {
  const user = from.users[visitor === "signed out" ? "member" : visitor];
  await makeSessionCookie(user);
  const { rows } = await runtime().pool.query<{ id: string }>(
    "SELECT id FROM sessions WHERE user_id = $1 ORDER BY id DESC LIMIT 1",
    [user.id],
  );
  return rows[0]?.id ?? "";
}
