import { newId } from "@/lib/server/new-id";
import { db, runtime } from "@/lib/server/runtime";
import type { Stage, Visitor } from "@/tests/factories/console-people";
import { makeMember, makeSessionCookie, password } from "@/tests/factories/factories";
import { account, type Ids, newEmail, notFound, type Row, rename, signedIn } from "./row";

const unknownPasskey = { name: "N", id: "x", clientDataJSON: "x", attestationObject: "x", transports: [] };

export const accountRows: Row[] = [
  {
    method: "POST",
    route: `${account}/email`,
    answers: [401, 202, 202, 202, 202, 202],
    body: () => ({ email: newEmail() }),
  },
  { method: "POST", route: `${account}/verify-email`, answers: [401, 202, 202, 202, 202, 202] },
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
    title: "with a password already set",
    body: () => ({ newPassword: password }),
  },
  {
    method: "POST",
    route: `${account}/reauthenticate/[provider]`,
    answers: [401, 404, 404, 404, 404, 404],
    title: "not connected",
  },
  { method: "GET", route: `${account}/connected-accounts`, answers: signedIn },
  { method: "POST", route: `${account}/connected-accounts/[provider]`, answers: signedIn },
  {
    method: "DELETE",
    route: `${account}/connected-accounts/[provider]`,
    answers: notFound,
    title: "not connected",
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
    title: "with an invalid code",
    body: () => ({ code: "none" }),
  },
  {
    method: "DELETE",
    route: `${account}/two-step/authenticator`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "without an authenticator",
  },
  {
    method: "POST",
    route: `${account}/two-step/recovery-codes`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "without two-step verification",
  },
  {
    method: "PUT",
    route: `${account}/picture`,
    answers: [401, 400, 400, 400, 400, 400],
    title: "with a file that is not an image",
    headers: { "content-type": "image/png" },
  },
  { method: "DELETE", route: `${account}/picture`, answers: signedIn },
  {
    method: "GET",
    route: "/api/users/[userId]/picture",
    answers: [401, 404, 200, 200, 200, 200],
    title: "of a fellow member",
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
    answers: notFound,
    title: "of a person without a picture",
    ids: (stage) => ({ userId: stage.users.stranger.id }),
  },
  { method: "GET", route: `${account}/activity`, answers: signedIn },
  { method: "GET", route: `${account}/deletion`, answers: signedIn },
  {
    method: "POST",
    route: `${account}/deletion`,
    answers: [401, 400, 400, 400, 400, 400],
    title: "with another address",
    body: () => ({ email: "unknown@example.test" }),
  },
  { method: "GET", route: `${account}/session`, answers: signedIn },
  { method: "POST", route: `${account}/session`, answers: signedIn },
  {
    method: "POST",
    route: `${account}/reauthenticate/passkey`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "without a passkey",
  },
  { method: "GET", route: `${account}/passkeys`, answers: signedIn },
  { method: "POST", route: `${account}/passkeys/options`, answers: signedIn },
  {
    method: "POST",
    route: `${account}/passkeys`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "without a challenge",
    body: () => unknownPasskey,
  },
  ...[
    { title: "their own", answers: signedIn, whose: (visitor: Visitor) => visitor },
    {
      title: "another person's",
      answers: notFound,
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
    title: "without a verified address",
  },
  {
    method: "DELETE",
    route: `${account}/two-step/email-codes`,
    answers: [401, 409, 409, 409, 409, 409],
    title: "without mailed codes",
  },
  { method: "GET", route: `${account}/sessions`, answers: signedIn },
  { method: "POST", route: `${account}/sessions/revoke-others`, answers: signedIn },
  {
    method: "DELETE",
    route: `${account}/sessions/[sessionId]`,
    answers: signedIn,
    title: "their own",
    ids: async (stage, visitor) => ({ sessionId: await newSessionId(stage, visitor) }),
  },
  {
    method: "DELETE",
    route: `${account}/sessions/[sessionId]`,
    answers: notFound,
    title: "another person's",
    ids: async (stage, visitor) => ({
      sessionId: await newSessionId(stage, visitor === "owner" ? "viewer" : "owner"),
    }),
  },
];

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
