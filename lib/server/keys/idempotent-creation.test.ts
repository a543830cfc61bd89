import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type Answer, useKeyApi } from "@/tests/processes/key-api-server";
import { db, runtime } from "../runtime";
import { deleteOldIdempotencyRecords } from "./idempotent-creation";

useRuntime();
const call = useKeyApi();
const body = { name: "ci", permission_level: "read_only" };

async function managing() {
  const made = await makeWorkspace();
  const { key, secret } = await makeKey(made.actor, { canManageKeys: true });
  const post = (idempotencyKey: string | string[], sent: unknown = body): Promise<Answer> =>
    call("/auth/api-keys", {
      method: "POST",
      headers: { "x-api-key": secret, "idempotency-key": idempotencyKey },
      body: sent,
    });
  const count = () => db().apiKey.count({ where: { workspaceId: made.workspace.id, id: { not: key.id } } });
  return { ...made, key, post, count };
}

const idOf = (answer: Answer) => (answer.json as { key_id: string }).key_id;

test("a repeated request creates no second key and names the first", async () => {
  const { post, count } = await managing();
  const first = await post("once");
  expect(first.status).toBe(200);
  const again = await post("once", { permission_level: "read_only", name: " ci " });
  expect(again.status).toBe(409);
  expect(again.json).toMatchObject({
    error: { code: "conflict", message: expect.stringContaining(idOf(first)) },
  });
  expect(again.body).not.toContain((first.json as { key: string }).key);
  expect(again.headers).not.toHaveProperty("retry-after");
  expect(await count()).toBe(1);
});

test("the same Idempotency-Key with a different body is 400 and names the header", async () => {
  const { post, count } = await managing();
  await post("once");
  const answer = await post("once", { ...body, name: "other" });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({
    error: { code: "invalid_request", fields: { "Idempotency-Key": expect.any(String) } },
  });
  expect(await count()).toBe(1);
});

test("it applies per calling key, and another Idempotency-Key creates another key", async () => {
  const { post, count } = await managing();
  const other = await managing();
  expect([(await post("a")).status, (await post("b")).status, (await other.post("a")).status]).toEqual([
    200, 200, 200,
  ]);
  expect(await count()).toBe(2);
});

test("of fifty concurrent requests one creates the key and the others are 409", async () => {
  const { post, count } = await managing();
  const answers = await Promise.all(Array.from({ length: 50 }, () => post("once")));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused).toHaveLength(49);
  for (const { status, headers, body: text } of refused) {
    expect(status).toBe(409);
    // Either still under way, and worth another try, or done, and naming the key.
    expect(headers["retry-after"] !== undefined || /key_[0-9a-z]{26}/.test(text)).toBe(true);
  }
  expect(await count()).toBe(1);
});

test("a repeat during the first request is 409 with Retry-After", async () => {
  const { post, key, count } = await managing();
  await post("once");
  await db().idempotencyRecord.updateMany({ where: { callerKeyId: key.id }, data: { madeKeyId: null } });
  const answer = await post("once");
  expect([answer.status, answer.headers["retry-after"]]).toEqual([409, "1"]);
  expect(answer.json).toMatchObject({ error: { code: "conflict" } });
  expect(await count()).toBe(1);
});

test("a failed first request can be retried with the same Idempotency-Key", async () => {
  const { post, count } = await managing();
  expect((await post("once", { ...body, rate_limit_per_minute: 1_000_000 })).status).toBe(403);
  expect((await post("once")).status).toBe(200);
  expect(await count()).toBe(1);
});

test("it expires after a day", async () => {
  const { post, key, count } = await managing();
  await post("once");
  const age = (hours: number) =>
    runtime().pool.query(
      "UPDATE idempotency_records SET created_at = now() - make_interval(hours => $1) WHERE caller_key_id = $2",
      [hours, key.id],
    );
  await age(23);
  expect((await post("once")).status).toBe(409);
  await age(25);
  expect((await post("once")).status).toBe(200);
  expect(await count()).toBe(2);
  await age(26);
  await deleteOldIdempotencyRecords();
  expect(await db().idempotencyRecord.count({ where: { callerKeyId: key.id } })).toBe(0);
});

test("an Idempotency-Key has 1 to 255 printable characters and is sent once", async () => {
  const { post, count } = await managing();
  for (const wrong of ["", "two words", "x".repeat(256), "ü", ["a", "b"]]) {
    const answer = await post(wrong);
    expect(answer.json).toMatchObject({
      error: { code: "invalid_request", fields: { "Idempotency-Key": expect.any(String) } },
    });
  }
  expect(await count()).toBe(0);
  expect((await post("x".repeat(255))).status).toBe(200);
});
