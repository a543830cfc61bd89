import { expect, test } from "vitest";
import { recordAccountEvent } from "@/lib/server/audit/record-audit-event";
import { requestOrigin } from "@/lib/server/http/request-origin";
import { recordSignInAttempt } from "@/lib/server/logs/record-sign-in-attempt";
import { db, runtime } from "@/lib/server/runtime";
import { createSession } from "@/lib/server/sessions/session-store";
import { dumpDatabase } from "@/tests/database/dump-database";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type Answer, useKeyApi } from "@/tests/processes/key-api-server";
import { generateSecret } from "../keys/key-format";
import { PostgresKeys } from "../postgres/key-store";

const token = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: token });
const call = useKeyApi();
const service = { authorization: `Bearer ${token}` };

const escapedOnce = (text: string) =>
  [...text].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");

/** Secrets in each kind of format, and ways to encode them. */
const secrets = {
  native: generateSecret("kw_sk_"),
  "of an earlier prefix": generateSecret("OLD-"),
  imported: "imp-0123456789abcdef",
};
const spellings = {
  plain: (secret: string) => secret,
  "percent-encoded": escapedOnce,
  "percent-encoded twice": (secret: string) => escapedOnce(secret).replaceAll("%", "%25"),
  "after other text": (secret: string) => `x-${secret}_`,
};

/** All fields of a request that are logged or stored. */
function fields(
  secret: string,
  key: string,
  owner: { id: string; name: string },
): Record<string, () => Promise<Answer | unknown>> {
  const head = { "x-api-key": key };
  const gateway = { "x-original-method": "GET", "x-original-uri": "/" };
  const asked = (headers: Record<string, string>) => call("/api/public/v1/me", { headers });
  const verify = (body: object) =>
    call("/api/v1/verify", { method: "POST", headers: service, body: { key, ...body } });
  const forwardAuth = (headers: Record<string, string>) => call("/api/forward-auth", { headers });
  const origin = () => requestOrigin(new Headers({ "x-request-id": secret, "user-agent": `tool ${secret}` }));
  return {
    "X-Request-Id": () => asked({ ...head, "x-request-id": secret }),
    "X-Request-Id of forward-auth": () => forwardAuth({ ...head, ...gateway, "x-request-id": secret }),
    "X-Request-Id of verify": () =>
      call("/api/v1/verify", {
        method: "POST",
        headers: { ...service, "x-request-id": secret },
        body: { key },
      }),
    "User-Agent": () => asked({ ...head, "user-agent": `tool/${secret}` }),
    "User-Agent of forward-auth": () => forwardAuth({ ...head, ...gateway, "user-agent": secret }),
    path: () => call(`/auth/api-keys/${secret}`, { headers: head }),
    query: () => call(`/auth/api-keys?search=${secret}`, { headers: head }),
    "path of forward-auth": () =>
      forwardAuth({ ...head, ...gateway, "x-original-uri": `/files/${secret}/x` }),
    "path below forward-auth": () => call(`/api/forward-auth/${secret}`, { headers: head }),
    "method of forward-auth": () => forwardAuth({ ...head, ...gateway, "x-original-method": secret }),
    "path of verify": () => verify({ path: `/files/${secret}` }),
    "long path of verify": () => verify({ path: `/${"x".repeat(2040)}${secret}` }),
    "user_agent of verify": () => verify({ user_agent: `${"x".repeat(500)}${secret}` }),
    "method of verify": () => verify({ method: secret }),
    "Idempotency-Key": () =>
      call("/auth/api-keys", {
        method: "POST",
        headers: { ...head, "idempotency-key": secret },
        body: { name: "x", permission_level: "read_only" },
      }),
    "idempotency_key of usage": async () =>
      call("/api/v1/usage-records", {
        method: "POST",
        headers: service,
        body: { workspace_id: "ws_1", meter: "uploads", amount: 1, idempotency_key: secret },
      }),
    "a sign-in attempt": () => recordSignInAttempt(null, "incorrect_credentials", origin()),
    "a session": () => createSession(owner.id, origin(), null),
    "an audit event": async () => {
      const target = { type: "user", id: owner.id, name: secret } as const;
      await recordAccountEvent(db() as never, owner, "account.renamed", origin(), {
        target,
        details: { name: { from: "Ada", to: secret } },
      });
    },
  };
}

test("S27 a secret in any logged field, in every format and encoding, is neither stored nor echoed", async () => {
  const { pool, env } = runtime();
  const { keyFormats } = runtime().engine;
  await pool.query(
    "INSERT INTO key_formats (prefix, length, checksummed) VALUES ('OLD-', 42, true), ('imp-', 20, false)",
  );
  keyFormats.replace(await new PostgresKeys(pool).loadFormats(env.apiKeyPrefix));
  const { actor, owner } = await makeWorkspace();
  const { secret: key } = await makeKey(actor, { canManageKeys: true, rateLimitPerMinute: 10_000 });
  for (const secret of Object.values(secrets)) {
    for (const [spelling, spell] of Object.entries(spellings)) {
      for (const [field, send] of Object.entries(fields(spell(secret), key, owner))) {
        const answer = (await send()) as Answer | undefined;
        const echoed = answer?.headers ? JSON.stringify(answer.headers) + answer.body : "";
        expect(echoed.includes(spell(secret)), `${field}, ${spelling}`).toBe(false);
      }
    }
  }
  await runtime().engine.accessLog.settled();
  const rows = await dumpDatabase();
  for (const [kind, secret] of Object.entries(secrets))
    for (const [spelling, spell] of Object.entries(spellings))
      expect(rows.includes(spell(secret)), `${kind}, ${spelling}`).toBe(false);
  // Proves that there was something to mask.
  expect(rows).toContain("kw_sk_…");
});

test("an X-Request-Id that contains an API key is ignored: the response has a new one", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const ids = ["fine_1", secret, `a-${secret}`].map(async (id) => {
    const answer = await call("/api/public/v1/me", { headers: { "x-api-key": secret, "x-request-id": id } });
    return answer.headers["x-request-id"];
  });
  expect(await Promise.all(ids)).toEqual([
    "fine_1",
    expect.stringMatching(/^req_/),
    expect.stringMatching(/^req_/),
  ]);
});
