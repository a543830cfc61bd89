import { expect, test } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { hashSecret } from "../keys/key-format";

useRuntime();
const call = useKeyApi();
const me = "/api/public/v1/me";

type Headers = [string, string][];

async function code(headers: Headers, path = me): Promise<string> {
  const answer = await call(path, { headers });
  return answer.status === 200 ? "valid" : (answer.json as { error: { code: string } }).error.code;
}

async function freshSecret(): Promise<string> {
  const { actor } = await makeWorkspace();
  return (await makeKey(actor)).secret;
}

test("each way to send a key is accepted, in any case of scheme and header", async () => {
  const key = await freshSecret();
  const forms: Headers[] = [
    [["x-api-key", key]],
    [["X-API-KEY", key]],
    [["Authorization", `Bearer ${key}`]],
    [["AUTHORIZATION", `bEaReR    ${key}`]],
    [["Authorization", `api-key ${key}`]],
    [["Authorization", `API-Key  ${key}`]],
  ];
  for (const headers of forms) expect(await code(headers), JSON.stringify(headers)).toBe("valid");
});

test("a key without a scheme is invalid_key, and the message says which prefix is missing", async () => {
  const key = await freshSecret();
  const answer = await call(me, { headers: { authorization: key } });
  expect(answer.status).toBe(401);
  expect(answer.json).toMatchObject({ error: { code: "invalid_key" } });
  expect(answer.body).toMatch(/Authorization: Bearer KEY.*Authorization: api-key KEY/);
  expect(answer.body).not.toContain(key);
});

test("other schemes, and schemes without a credential, count as no key", async () => {
  const key = await freshSecret();
  for (const other of ["Basic dXNlcjpwYXNz", "Digest username=x", "Bearer", "api-key", "Bearer  ", ""]) {
    expect(await code([["Authorization", other]]), other).toBe("missing_key");
  }
  expect(
    await code([
      ["Authorization", "Basic dXNlcjpwYXNz"],
      ["x-api-key", key],
    ]),
  ).toBe("valid");
  expect(await code([["x-api-key", ""]])).toBe("missing_key");
});

test("S40 the same key sent twice is accepted, everything ambiguous is 400", async () => {
  const key = await freshSecret();
  const other = await freshSecret();
  expect(
    await code([
      ["x-api-key", key],
      ["Authorization", `Bearer ${key}`],
    ]),
  ).toBe("valid");
  const conflicts: Headers[] = [
    [
      ["x-api-key", key],
      ["Authorization", `Bearer ${other}`],
    ],
    [
      ["x-api-key", key],
      ["Authorization", "api-key nonsense"],
    ],
    [
      ["x-api-key", key],
      ["x-api-key", key],
    ],
    [
      ["x-api-key", key],
      ["X-Api-Key", other],
    ],
    [
      ["Authorization", `Bearer ${key}`],
      ["authorization", `Bearer ${key}`],
    ],
    [
      ["Authorization", "Basic dXNlcjpwYXNz"],
      ["Authorization", `Bearer ${key}`],
    ],
  ];
  for (const headers of conflicts) {
    const answer = await call(me, { headers });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { code: "invalid_request" } });
    expect(answer.body).not.toContain(key);
  }
});

test("S40 a key in the URL is 400, with or without a credential, however it is escaped", async () => {
  const key = await freshSecret();
  const escaped = [...key].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
  const places = [
    `${me}?api_key=${key}`,
    `${me}?a=1&x=${key.replace("_", "%5f").replace("_", "%5F")}`,
    `${me}?x=${escaped}`,
    `${me}?x=${escaped.replaceAll("%", "%25")}`,
    `${me}?broken=%zz&x=${escaped}`,
    `${me}?${key}`,
    `/auth/api-keys/${key}`,
    `/auth/api-keys/${escaped}`,
  ];
  for (const path of places) {
    for (const headers of [[], [["x-api-key", key]]] as Headers[]) {
      const answer = await call(path, { headers });
      expect(answer.status, path).toBe(400);
      expect(answer.json).toMatchObject({
        error: { code: "invalid_request", message: expect.stringContaining("URL") },
      });
    }
  }
});

test("a key in a path is masked in its access log entry, however it is escaped", async () => {
  const key = await freshSecret();
  const random = key.slice("kw_sk_".length);
  const half = [...random]
    .map((letter, index) => (index % 2 ? letter : `%${letter.charCodeAt(0).toString(16)}`))
    .join("");
  for (const [index, text] of [key, `%6bw_sk_${random}`, `kw_sk_${half}`].entries()) {
    await call(`/auth/api-keys/${text}`, {
      headers: { "x-request-id": `masked-${index}`, "user-agent": `tool/${key}` },
    });
  }
  await runtime().engine.accessLog.settled();
  const { rows } = await runtime().pool.query(
    "SELECT path, user_agent, e::text AS whole FROM access_log.entries e WHERE request_id LIKE 'masked-%'",
  );
  expect(rows).toHaveLength(3);
  for (const { path, user_agent, whole } of rows) {
    expect([path, user_agent]).toEqual(["/auth/api-keys/kw_sk_…", "tool/kw_sk_…"]);
    expect(decodeURIComponent(whole)).not.toContain(random.slice(4, 20));
  }
});

test("S28 nothing that is stored of a key can be used as a key", async () => {
  const secret = await freshSecret();
  const row = await db().apiKey.findUniqueOrThrow({ where: { hash: Uint8Array.from(hashSecret(secret)) } });
  const hash = Buffer.from(row.hash);
  const before = runtime().engine.keyCache.queries;
  for (const stored of [
    hash.toString("hex"),
    hash.toString("base64"),
    hash.toString("latin1"),
    row.prefix + row.suffix,
    row.id,
  ]) {
    // Remove bytes that a header can't contain, and try the rest.
    const printable = stored.replace(/[^\x21-\x7e]/g, "");
    expect(await code([["x-api-key", printable]])).toBe("invalid_key");
    expect(await code([["authorization", `Bearer kw_sk_${printable}`]])).toBe("invalid_key");
  }
  expect(runtime().engine.keyCache.queries).toBe(before);
});

test("S29 any one-character change of a key is invalid_key without a query", async () => {
  const secret = await freshSecret();
  const before = runtime().engine.keyCache.queries;
  for (let index = 0; index < secret.length; index += 1) {
    const changed = secret.slice(0, index) + (secret[index] === "a" ? "b" : "a") + secret.slice(index + 1);
    expect(runtime().engine.keyFormats.fits(changed), changed).toBe(false);
  }
  for (const wrong of [secret.slice(0, -1), `${secret}a`, secret.toLowerCase(), secret.toUpperCase()]) {
    expect(await code([["x-api-key", wrong]]), wrong).toBe("invalid_key");
  }
  expect(runtime().engine.keyCache.queries).toBe(before);
});

test("S30 an unknown and a revoked key cost one query each and answer in one shape", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  await db().apiKey.update({ where: { id: key.id }, data: { revokedAt: new Date() } });
  const unknown = await freshSecret();
  await db().apiKey.deleteMany({ where: { hash: Uint8Array.from(hashSecret(unknown)) } });
  const shapes = [];
  for (const presented of [secret, unknown]) {
    const before = runtime().engine.keyCache.queries;
    const answer = await call(me, { headers: { "x-api-key": presented } });
    expect(runtime().engine.keyCache.queries).toBe(before + 1);
    const { error } = answer.json as { error: Record<string, string> };
    shapes.push([answer.status, answer.headers["www-authenticate"], Object.keys(error)]);
  }
  expect(shapes[0]).toEqual(shapes[1]);
});
