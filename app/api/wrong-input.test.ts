import { beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeStage, type Stage } from "@/tests/factories/console-people";
import { makeKey, makeSessionCookie, password } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime({ GITHUB_CLIENT_ID: "our-client", GITHUB_CLIENT_SECRET: "s" });

let stage: Stage;
let cookie: string;
let keyId: string;
let secret: string;
beforeAll(async () => {
  stage = await makeStage();
  cookie = await makeSessionCookie(stage.users.owner);
  const made = await makeKey(stage.actors.owner);
  keyId = made.key.id;
  secret = made.secret;
});

const workspace = () => `/api/workspaces/${stage.workspace.slug}`;

/** Each route with a body, a body that it takes, and the fields that are text. */
const bodies: { method: string; path: () => string; body: Record<string, unknown>; texts: string[] }[] = [
  {
    method: "POST",
    path: () => "/api/sign-up",
    body: { name: "N", email: "n@example.test", password, workspaceName: "W" },
    texts: ["name", "email", "password", "workspaceName"],
  },
  {
    method: "POST",
    path: () => "/api/sign-in",
    body: { email: "n@example.test", password },
    texts: ["email", "password"],
  },
  {
    method: "POST",
    path: () => "/api/sign-up/request",
    body: { name: "N", email: "n@example.test", workspaceName: "W" },
    texts: ["name", "email", "workspaceName"],
  },
  {
    method: "POST",
    path: () => "/api/sign-up/complete",
    body: { token: "x".repeat(43), password },
    texts: ["token", "password"],
  },
  {
    method: "POST",
    path: () => "/api/reset-password",
    body: { token: "x".repeat(43), password },
    texts: ["token", "password"],
  },
  {
    method: "POST",
    path: () => "/api/forgot-password",
    body: { email: "n@example.test" },
    texts: ["email"],
  },
  { method: "POST", path: () => "/api/verify-email", body: { token: "x".repeat(43) }, texts: ["token"] },
  { method: "POST", path: () => "/api/account/email", body: { email: "n@example.test" }, texts: ["email"] },
  {
    method: "PATCH",
    path: () => "/api/account",
    body: { name: "N", timeZone: "UTC", theme: "dark" },
    texts: ["name", "timeZone", "theme"],
  },
  { method: "POST", path: () => "/api/account/reauthenticate", body: { password }, texts: ["password"] },
  {
    method: "POST",
    path: () => "/api/sign-in/passkey",
    body: { id: "x", clientDataJSON: "x", authenticatorData: "x", signature: "x", userHandle: "x" },
    texts: ["id", "clientDataJSON", "authenticatorData", "signature", "userHandle"],
  },
  {
    method: "POST",
    path: () => "/api/account/passkeys",
    body: { name: "N", id: "x", clientDataJSON: "x", attestationObject: "x", transports: ["usb"] },
    texts: ["name", "id", "clientDataJSON", "attestationObject", "transports"],
  },
  {
    method: "PATCH",
    path: () => "/api/account/passkeys/pk_nobodys",
    body: { name: "N" },
    texts: ["name"],
  },
  {
    method: "POST",
    path: () => "/api/account/two-step/authenticator/confirm",
    body: { code: "123456" },
    texts: ["code"],
  },
  {
    method: "POST",
    path: () => "/api/account/deletion",
    body: { email: "n@example.test", deletedWorkspaces: [], transfers: [], revocations: [] },
    texts: ["email", "deletedWorkspaces", "transfers", "revocations"],
  },
  { method: "POST", path: () => `${workspace()}/delete`, body: { slug: "another" }, texts: ["slug"] },
  {
    method: "PUT",
    path: () => `${workspace()}/two-step`,
    body: { required: true },
    texts: ["required"],
  },
  {
    method: "POST",
    path: () => "/api/account/password",
    body: { currentPassword: password, newPassword: password },
    texts: ["currentPassword", "newPassword"],
  },
  {
    method: "PUT",
    path: () => "/api/account/password",
    body: { newPassword: password },
    texts: ["newPassword"],
  },
  ...["sign-in/providers", "account/connected-accounts"].map((route) => ({
    method: "POST",
    path: () => `/api/${route}/github`,
    body: { callbackUrl: "/settings" },
    texts: ["callbackUrl"],
  })),
  {
    method: "PATCH",
    path: () => workspace(),
    body: { name: "N", slug: "new-slug" },
    texts: ["name", "slug"],
  },
  {
    method: "POST",
    path: () => `${workspace()}/invitations`,
    body: { email: "n@example.test", role: "viewer" },
    texts: ["email", "role"],
  },
  {
    method: "PATCH",
    path: () => `${workspace()}/members/${stage.users.member.id}`,
    body: { role: "member" },
    texts: ["role"],
  },
  {
    method: "POST",
    path: () => `${workspace()}/members`,
    body: { name: "N", role: "viewer" },
    texts: ["name", "role"],
  },
  {
    method: "PUT",
    path: () => `${workspace()}/members/${stage.users.member.id}/name`,
    body: { name: "N" },
    texts: ["name"],
  },
  {
    method: "PUT",
    path: () => `${workspace()}/members/${stage.users.member.id}/suspension`,
    body: { suspended: false },
    texts: ["suspended"],
  },
  {
    method: "POST",
    path: () => `${workspace()}/members/${stage.users.member.id}/remove`,
    body: { transfers: [], revocations: [], otherKeys: "revoke" },
    texts: ["transfers", "revocations", "otherKeys"],
  },
  { method: "POST", path: () => "/api/workspaces", body: { name: "W" }, texts: ["name"] },
  { method: "POST", path: () => "/api/invitations/accept", body: { token: "t" }, texts: ["token"] },
  {
    method: "POST",
    path: () => "/api/invitations/new-account",
    body: { token: "t", name: "N", password },
    texts: ["token", "name", "password"],
  },
  { method: "POST", path: () => `${workspace()}/domains`, body: { domain: "a.example" }, texts: ["domain"] },
  {
    method: "PATCH",
    path: () => `${workspace()}/domains/dom_any`,
    body: { requireSso: false, defaultRole: "member" },
    texts: ["requireSso", "defaultRole"],
  },
  { method: "PUT", path: () => `${workspace()}/api-access`, body: { enabled: true }, texts: ["enabled"] },
  {
    method: "POST",
    path: () => `${workspace()}/api-keys`,
    body: { name: "N", permissionLevel: "read_only", environment: "e" },
    texts: [
      "name",
      "permissionLevel",
      "environment",
      "canManageKeys",
      "allowedIps",
      "expiresAt",
      "expiresInDays",
    ],
  },
  {
    method: "PATCH",
    path: () => `${workspace()}/api-keys/${keyId}`,
    body: { name: "N", disabled: false },
    texts: ["name", "disabled"],
  },
];

describe("S46 400 and nothing changed for", () => {
  for (const { method, path, body, texts } of bodies) {
    test(`${method} ${path.toString().replace(/.*`|\(\) => |"/g, "")} with values of the wrong type`, async () => {
      const before = await snapshot();
      for (const field of texts) {
        for (const value of [{ not: "" }, { contains: "a" }, [["a"]], 7.5]) {
          const answer = await callConsole(method, path(), { cookie, body: { ...body, [field]: value } });
          expect(answer.json, field).toMatchObject({
            error: { code: "invalid_request", fields: expect.anything() },
          });
        }
      }
      for (const whole of ["null", "[]", '"text"', "{", "7", '{"__proto__":{"role":"owner"}}']) {
        expect((await callConsole(method, path(), { cookie, body: whole })).status, whole).toBe(400);
      }
      expect(await snapshot()).toEqual(before);
    });

    test(`S34 ${method} ${path.toString().replace(/.*`|\(\) => |"/g, "")} with unknown fields`, async () => {
      const before = await snapshot();
      for (const extra of ["userId", "workspaceId", "role", "hash", "ownerId", "passwordHash"]) {
        const answer = await callConsole(method, path(), {
          cookie,
          body: { ...body, [extra]: stage.users.stranger.id },
        });
        expect(answer.json, extra).toMatchObject({
          error: { code: "invalid_request", fields: { [extra]: expect.any(String) } },
        });
      }
      expect(await snapshot()).toEqual(before);
    });
  }
});

/** Fields that are for secrets, or that are hashed before they are kept. */
const secretFields = ["password", "currentPassword", "newPassword", "token", "code"];

describe("S71 400 and nothing stored for", () => {
  for (const { method, path, body, texts } of bodies) {
    test(`${method} ${path.toString().replace(/.*`|\(\) => |"/g, "")} with an API key in a text field`, async () => {
      const before = await snapshot();
      for (const field of texts.filter((text) => !secretFields.includes(text))) {
        for (const value of [secret, `key ${secret}`]) {
          const answer = await callConsole(method, path(), { cookie, body: { ...body, [field]: value } });
          expect(answer.json, field).toMatchObject({
            error: { code: "invalid_request", fields: expect.anything() },
          });
          expect(answer.body, field).not.toContain(secret);
        }
      }
      expect(await snapshot()).toEqual(before);
    });
  }
});

describe("S56 400 and nothing stored for", () => {
  for (const { method, path, body, texts } of bodies) {
    test(`${method} ${path.toString().replace(/.*`|\(\) => |"/g, "")} with invalid Unicode or text that PostgreSQL can't store`, async () => {
      const before = await snapshot();
      for (const field of texts) {
        const evils = ["x\ud800x", "\udfff", ...(secretFields.includes(field) ? [] : ["x\u0000x"])];
        for (const evil of evils)
          for (const value of [
            evil,
            [evil],
            { keyId: evil, userId: evil, workspaceId: evil },
            [{ keyId: evil, userId: evil }],
          ]) {
            const answer = await callConsole(method, path(), { cookie, body: { ...body, [field]: value } });
            expect(answer.status, `${field} ${JSON.stringify(value)}`).toBe(400);
          }
      }
      const strange = await callConsole(method, path(), {
        cookie,
        body: JSON.stringify({ ...body, there: 1 }).replace('"there"', '"__proto__"'),
      });
      expect(strange.status).toBe(400);
      expect(await snapshot()).toEqual(before);
    });
  }
});

const lists = ["api-keys", "access-logs", "audit-events"];

describe("S47 400 invalid_request for", () => {
  for (const list of lists) {
    test(`${list} with an invalid limit, a forged cursor, or an unknown or repeated parameter`, async () => {
      const forged = Buffer.from(
        "2026-01-01T00:00:00.000000Z/------------------------------------/1",
      ).toString("base64url");
      const impossible = Buffer.from(
        "2026-02-31T00:00:00.000000Z/00000000-0000-0000-0000-000000000000/1",
      ).toString("base64url");
      const cursors = ["x", "0", "{}", "' OR 1=1", "key_", "%00", forged, impossible, "a".repeat(5000)].map(
        (cursor) => `cursor=${cursor}`,
      );
      const limits = ["0", "-1", "1e9", "1.5", "NaN", "abc", "Infinity"].map((limit) => `limit=${limit}`);
      for (const query of [
        ...limits,
        ...cursors,
        "limit=1&limit=2",
        "workspaceId=ws_other",
        "where[not]=x",
        "__proto__=x",
      ]) {
        const answer = await callConsole("GET", `${workspace()}/${list}?${query}`, { cookie });
        expect(answer.status, query).toBe(400);
        expect(answer.json, query).toMatchObject({ error: { code: "invalid_request" } });
      }
    });
  }

  test("access-logs with an invalid time or address", async () => {
    for (const query of [
      "from=yesterday",
      "from=0000-01-01T00:00:00Z",
      "to=2026-02-31T00:00:00Z",
      "ip=999.1.1.1",
      "ip=10.0.0.0/99",
      "outcome=maybe",
      "code=x",
    ]) {
      expect(
        (await callConsole("GET", `${workspace()}/access-logs?${query}`, { cookie })).status,
        query,
      ).toBe(400);
    }
  });

  test("groupings and ranges of usage that don't exist", async () => {
    for (const query of ["by=owner", "range=1y", "from=2026-11-22T10:00:00Z"])
      expect(
        (await callConsole("GET", `${workspace()}/usage/requests?${query}`, { cookie })).status,
        query,
      ).toBe(400);
  });

  test("text with NUL, which PostgreSQL can't store, as not found", async () => {
    for (const query of [
      "api-keys?search=%00",
      "api-keys?owner=%00",
      "access-logs?key=%00",
      "usage/quotas?key=%00",
      "usage/requests?key=%00",
      "access-logs?requestId=%00",
      "audit-events?actor=%00",
      "audit-events?target=%00",
    ]) {
      expect((await callConsole("GET", `${workspace()}/${query}`, { cookie })).status, query).toBe(400);
    }
    expect((await callConsole("GET", `${workspace()}/api-keys/%00`, { cookie })).status).toBe(404);
    expect((await callConsole("DELETE", "/api/account/sessions/%00", { cookie })).status).toBe(404);
    expect((await callConsole("GET", "/api/workspaces/%00", { cookie })).status).toBe(404);
  });
});

test("a body over 64 KiB is 413, whatever its Content-Length", async () => {
  const body = JSON.stringify({ name: "x".repeat(70_000) });
  for (const headers of [{ "content-length": null }, { "content-length": "10" }]) {
    const answer = await callConsole("PATCH", "/api/account", { cookie, body, headers });
    expect(answer.json).toMatchObject({ error: { code: "payload_too_large" } });
  }
});

/** All that these routes could have changed. */
async function snapshot(): Promise<unknown> {
  const [users, workspaces, members, keys] = await Promise.all([
    db().user.findMany({ orderBy: { id: "asc" } }),
    db().workspace.findMany({ orderBy: { id: "asc" } }),
    db().member.findMany({ orderBy: { userId: "asc" } }),
    db().apiKey.findMany({ orderBy: { id: "asc" } }),
  ]);
  return { users, workspaces, members, keys };
}
