import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { InvitationView, SentInvitation } from "@/lib/contracts/invitations";
import type { Role } from "@/lib/contracts/permissions";
import { db, runtime } from "@/lib/server/runtime";
import { findOpenInvitation } from "@/lib/server/workspaces/invitations/find-open-invitation";
import { useRuntime } from "@/tests/database/runtime";
import { newCookie } from "@/tests/factories/authenticator";
import { cookieOf, makeStage, type Stage, type Visitor } from "@/tests/factories/console-people";
import { makeMember, makeSessionCookie, password } from "@/tests/factories/factories";
import { decodeMail } from "@/tests/peers/kept-mail";
import { allMailDelivered, keptMails, startMailServer } from "@/tests/peers/mailbox";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { callConsole } from "@/tests/processes/console-routes";
import { waitUntil } from "@/tests/wait-until";

useRuntime();

let stage: Stage;
let email: string;
beforeEach(async () => {
  stage = await makeStage();
  email = `grace-${randomBytes(5).toString("hex")}@example.test`;
});

async function call(visitor: Visitor, method: string, path = "", body?: unknown) {
  const cookie = await cookieOf(stage, visitor);
  return callConsole(method, `/api/workspaces/${stage.workspace.slug}/invitations${path}`, { cookie, body });
}

async function invite(role: Role = "member", to = email): Promise<string> {
  const answer = await call("owner", "POST", "", { email: to, role });
  expect(answer.status).toBe(201);
  return tokenOf(answer.json);
}

function tokenOf(sent: SentInvitation): string {
  expect(sent.link).toMatch(/^http:\/\/localhost:3000\/invitations\/[\w-]{43}$/);
  return (sent.link as string).split("/").at(-1) as string;
}

async function pending(): Promise<InvitationView[]> {
  return ((await call("owner", "GET")).json as { invitations: InvitationView[] }).invitations;
}

/** With a mail server the link is in the mail alone. */
async function mailedToken(server: { received: { to: string[]; raw: string }[] }): Promise<string> {
  const received = () => server.received.find(({ to }) => to.includes(email));
  await waitUntil(`${email} has mail`, async () => received() !== undefined);
  const mail = decodeMail(received()?.raw ?? "");
  expect(mail).toContain(`“Ada” invited you to the workspace “${stage.workspace.name}”`);
  // A subject is read as our words: no name that people choose stands in it.
  expect(mail).toMatch(/^Subject: .*workspace on Keyward/m);
  const [, token] = mail.match(/http:\/\/localhost:3000\/invitations\/([\w-]{43})\b/) ?? [];
  return token ?? "";
}

const accept = (token: string, cookie: string | undefined) =>
  callConsole("POST", "/api/invitations/accept", { cookie, body: { token } });
const join = (token: string, more = {}) =>
  callConsole("POST", "/api/invitations/new-account", { body: { token, name: "Grace", password, ...more } });

async function memberships(of: string) {
  return db().member.findMany({ where: { workspaceId: stage.workspace.id, user: { email: of } } });
}

describe("an invitation", () => {
  test("is pending until a new account accepts it, which is then signed in", async () => {
    const token = await invite("viewer");
    expect(await pending()).toMatchObject([{ email, role: "viewer", invitedBy: "Ada" }]);
    const [{ sentAt, expiresAt } = { sentAt: "", expiresAt: "" }] = await pending();
    expect(Date.parse(expiresAt) - Date.parse(sentAt)).toBe(7 * 86_400_000);
    expect(await findOpenInvitation(token)).toMatchObject({ workspaceName: stage.workspace.name, email });

    const joined = await join(token);
    expect(joined).toMatchObject({ status: 201, json: { workspaceSlug: stage.workspace.slug } });
    const cookie = newCookie(joined.headers);
    const own = await callConsole("GET", `/api/workspaces/${stage.workspace.slug}`, { cookie });
    expect(own.json).toMatchObject({ role: "viewer" });
    expect(await pending()).toEqual([]);
    expect((await join(token)).status).toBe(404);
    const event = await db().auditEvent.findFirst({
      where: { workspaceId: stage.workspace.id, action: "member.joined" },
    });
    expect(event).toMatchObject({ actorName: "Grace", targetName: stage.workspace.name });
  });

  test("signs in the new account like any sign-in: the browser is known and the log has an entry", async () => {
    const joined = await join(await invite("viewer"));
    const device = joined.headers.getSetCookie().find((one) => one.startsWith("keyward.device="));
    const { id } = await db().user.findUniqueOrThrow({ where: { email } });
    await runtime().engine.accessLog.settled();
    const rows = await db().$queryRaw`SELECT code FROM access_log.entries WHERE user_id = ${id}`;
    expect(rows).toEqual([{ code: "signed_in" }]);
    const signIn = (cookie?: string) =>
      callConsole("POST", "/api/sign-in", { cookie, body: { email, password } });
    await signIn(device?.split(";")[0]);
    const news = async () => (await keptMails(email)).filter((mail) => mail.includes("New sign-in"));
    expect(await news()).toHaveLength(0);
    await signIn();
    expect(await news(), "a browser that did not join").toHaveLength(1);
  });

  test("is stored as a hash, and its mail is encrypted", async () => {
    const token = await invite();
    const rows = await db().$queryRaw<{ row: string }[]>`
      SELECT to_jsonb(invitations)::text AS row FROM invitations
      UNION ALL SELECT to_jsonb(outbox)::text FROM mail.outbox`;
    expect(rows.length).toBeGreaterThan(1);
    for (const { row } of rows) expect(row).not.toContain(token);
  });

  test("expires after seven days, when withdrawn, and when resent", async () => {
    const old = await invite();
    const [first] = await pending();
    const again = await call("admin", "POST", `/${first?.id}/resend`);
    const token = tokenOf(again.json);
    expect((await join(old)).status).toBe(404);
    await db().invitation.update({ where: { id: first?.id as string }, data: { expiresAt: new Date() } });
    expect((await join(token)).status).toBe(404);
    expect(await pending()).toEqual([]);
    const next = await invite();
    const [second] = await pending();
    expect((await call("admin", "DELETE", `/${second?.id}`)).status).toBe(200);
    expect((await join(next)).status).toBe(404);
    expect(await findOpenInvitation(next)).toBe(null);
    expect((await call("admin", "DELETE", `/${second?.id}`)).status).toBe(404);
    expect(await memberships(email)).toEqual([]);
  });

  test("can be resent once a minute, and withdrawing doesn't bypass the limit of ten a day", async () => {
    await invite();
    const [{ id } = { id: "" }] = await pending();
    expect((await call("admin", "POST", `/${id}/resend`)).status).toBe(200);
    const refused = await call("owner", "POST", `/${id}/resend`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    expect(refused.json).toMatchObject({ error: { code: "too_many_attempts" } });
    const statuses = [];
    for (let count = 0; count < 9; count += 1) {
      const [waiting] = await pending();
      await call("owner", "DELETE", `/${waiting?.id}`);
      statuses.push((await call("admin", "POST", "", { email, role: "viewer" })).status);
    }
    expect(statuses).toEqual([...Array(8).fill(201), 429]);
    expect((await call("admin", "POST", "", { email: `other-${email}`, role: "viewer" })).status).toBe(201);
  });

  test("accepted by a new account, makes its browser known", async () => {
    const joined = await join(await invite());
    const device = joined.headers.getSetCookie().find((header) => header.startsWith("keyward.device="));
    expect(device).toMatch(/HttpOnly/);
    expect(await db().device.count({ where: { user: { email } } })).toBe(1);
  });

  test("for an owner can be sent, resent, and withdrawn only by owners", async () => {
    expect((await call("admin", "POST", "", { email, role: "owner" })).status).toBe(403);
    await invite("owner");
    const [waiting] = await pending();
    expect((await call("admin", "POST", "", { email, role: "viewer" })).status).toBe(403);
    expect((await call("admin", "POST", `/${waiting?.id}/resend`)).status).toBe(403);
    expect((await call("admin", "DELETE", `/${waiting?.id}`)).status).toBe(403);
    expect(await pending()).toMatchObject([{ role: "owner" }]);
  });

  test("S02 gets the same response for a new address, an existing account, an invited address, and a member", async () => {
    const shapes = [];
    for (const to of [email, email, stage.users.stranger.email, stage.users.member.email]) {
      const answer = await call("admin", "POST", "", { email: to, role: "viewer" });
      shapes.push({ status: answer.status, link: typeof (answer.json as SentInvitation).link });
    }
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
    expect((await pending()).filter((invitation) => invitation.email === email)).toHaveLength(1);
  });

  test("of a removed member stops working", async () => {
    const token = await invite("admin", stage.users.member.email);
    await callConsole(
      "POST",
      `/api/workspaces/${stage.workspace.slug}/members/${stage.users.member.id}/remove`,
      { cookie: await cookieOf(stage, "owner") },
    );
    expect((await accept(token, await cookieOf(stage, "member"))).status).toBe(404);
  });
});

describe("S45 an invitation ends when its inviter can no longer send it", () => {
  const losses: Record<string, () => Promise<unknown>> = {
    "is removed": () => change("POST", "/remove"),
    "is suspended": () => change("PUT", "/suspension", { suspended: true }),
    "is demoted": () => change("PATCH", "", { role: "member" }),
  };
  async function change(method: string, path: string, body = {}) {
    const target = `/api/workspaces/${stage.workspace.slug}/members/${stage.users.admin.id}${path}`;
    const answer = await callConsole(method, target, { cookie: await cookieOf(stage, "owner"), body });
    expect(answer.status).toBe(200);
  }

  for (const [loss, happens] of Object.entries(losses)) {
    test(`when an admin ${loss}; invitations that others sent or resent stay`, async () => {
      const mine = tokenOf((await call("admin", "POST", "", { email, role: "admin" })).json);
      const taken = `taken-over-${email}`;
      await call("admin", "POST", "", { email: taken, role: "viewer" });
      const [waiting] = (await pending()).filter((one) => one.email === taken);
      const owners = tokenOf((await call("owner", "POST", `/${waiting?.id}/resend`)).json);
      await happens();
      expect((await join(mine)).status).toBe(404);
      expect(await findOpenInvitation(mine)).toBe(null);
      expect((await join(owners)).status).toBe(201);
      const events = await db().auditEvent.findMany({
        where: { workspaceId: stage.workspace.id, action: "invitation.withdrawn" },
      });
      expect(events).toMatchObject([{ targetName: email, actorId: stage.users.owner.id }]);
    });
  }

  test("when an owner becomes an admin, only for owner invitations", async () => {
    const other = await makeMember(stage.workspace, "owner");
    const as = { cookie: await makeSessionCookie(other.user) };
    const path = `/api/workspaces/${stage.workspace.slug}`;
    const [owner, viewer] = await Promise.all(
      ["owner", "viewer"].map(async (role) => {
        const body = { email: `${role}-${email}`, role };
        return tokenOf((await callConsole("POST", `${path}/invitations`, { ...as, body })).json);
      }),
    );
    const down = { ...as, body: { role: "admin" } };
    expect((await callConsole("PATCH", `${path}/members/${other.user.id}`, down)).status).toBe(200);
    expect((await join(owner ?? "")).status).toBe(404);
    expect((await join(viewer ?? "")).status).toBe(201);
  });
});

describe("S45 an invitation creates one membership with the invited role", () => {
  test("accepted ten times concurrently", async () => {
    const token = await invite("viewer", stage.users.stranger.email);
    const cookie = await cookieOf(stage, "stranger");
    const answers = await Promise.all(Array.from({ length: 10 }, () => accept(token, cookie)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await memberships(stage.users.stranger.email)).toMatchObject([{ role: "viewer" }]);
  });

  test("accepted by five new accounts concurrently", async () => {
    const token = await invite("viewer");
    const answers = await Promise.all(Array.from({ length: 5 }, () => join(token)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await memberships(email)).toMatchObject([{ role: "viewer" }]);
  });

  test("opened by the wrong account, which doesn't learn whose it is", async () => {
    const token = await invite("admin");
    const answer = await accept(token, await cookieOf(stage, "stranger"));
    expect(answer.json).toMatchObject({ error: { code: "insufficient_permissions" } });
    expect(answer.body).not.toContain(email);
    expect(answer.body).not.toContain(stage.workspace.name);
    expect(await memberships(stage.users.stranger.email)).toEqual([]);
    expect((await join(token)).status).toBe(201);
  });

  test("with a forged role or address is rejected, and a changed invitation applies as it is now", async () => {
    const token = await invite("viewer");
    for (const extra of [{ role: "owner" }, { email: "other@example.test" }, { workspaceId: "ws_1" }]) {
      expect((await join(token, extra)).status).toBe(400);
    }
    const changed = await invite("member");
    expect((await join(token)).status).toBe(404);
    expect((await join(changed)).status).toBe(201);
    expect(await memberships(email)).toMatchObject([{ role: "member" }]);
  });

  test("accepted by an existing member doesn't change their role", async () => {
    const token = await invite("admin", stage.users.viewer.email);
    expect((await accept(token, await cookieOf(stage, "viewer"))).status).toBe(200);
    expect(await memberships(stage.users.viewer.email)).toMatchObject([{ role: "viewer" }]);
  });
});

test("S02 an invitation for an existing account creates no second one, with the same message as sign-up", async () => {
  const token = await invite("viewer", stage.users.stranger.email);
  expect((await join(token)).json).toMatchObject({
    error: {
      code: "conflict",
      message: "This account couldn't be created. Sign in or reset your password.",
    },
  });
  const cookie = await makeSessionCookie(stage.users.stranger);
  expect((await accept(token, cookie)).status).toBe(200);
});

test("S02 S45 with a mail server only the mailbox gets the link, which works once and verifies the address", async () => {
  const server = await startMailServer();
  try {
    await withAnotherRuntime({ SMTP_URL: server.url }, async () => {
      const sent = await call("owner", "POST", "", { email, role: "viewer" });
      expect(sent).toMatchObject({ status: 201, json: { link: null } });
      const token = await mailedToken(server);
      expect(await findOpenInvitation(token)).toMatchObject({ email, workspaceName: stage.workspace.name });
      expect((await join(token)).status).toBe(201);
      expect(await memberships(email)).toMatchObject([{ role: "viewer" }]);
      expect(await db().user.findUnique({ where: { email } })).toMatchObject({
        emailVerifiedAt: expect.any(Date),
      });
      expect((await join(token)).status).toBe(404);
      expect(server.received.filter(({ to }) => to.includes(email))).toHaveLength(1);
      await allMailDelivered();
    });
  } finally {
    await server.close();
  }
});
