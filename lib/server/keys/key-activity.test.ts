import { expect, test } from "vitest";
import type { NewEntry } from "@/lib/engine/log/entry-line";
import { countRequests } from "@/tests/database/count-requests";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { getKeyActivity } from "./key-activity";
import { rotateApiKey } from "./rotate-api-key";

useRuntime();

const now = Date.now();
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const other = { ip: "198.51.100.9", userAgent: "curl/8" };

async function usedKey() {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  const use = (at: number, ...requests: Partial<NewEntry>[]) =>
    countRequests(
      requests.map((request) => ({ keyId: key.id, workspaceId: actor.workspaceId, ...request })),
      at,
    );
  return { actor, keyId: key.id, use };
}

test("a caller has its requests of the last 7 days, and its first and last one ever", async () => {
  const { actor, keyId, use } = await usedKey();
  await use(now - 20 * dayMs, {}, {});
  await use(now - 8 * dayMs, other);
  await use(now - 168 * hourMs, {});
  await use(now - 166.5 * hourMs, {});
  await use(now - 3 * dayMs, {}, { outcome: "denied" });
  await use(now - hourMs, { outcome: "denied", ip: "203.0.113.8" });
  const { callers, otherCallers } = await getKeyActivity(actor, keyId);
  expect(callers).toEqual([
    {
      ...{
        block: "203.0.113.0/24",
        client: "export",
        method: "GET",
        route: "/v1/files",
        lastIp: "203.0.113.8",
      },
      ...{ firstAt: new Date(now - 20 * dayMs).toISOString(), lastAt: new Date(now - hourMs).toISOString() },
      ...{ allowed: 2, denied: 2, isNew: false },
    },
    expect.objectContaining({ client: "curl", allowed: 0, denied: 0, isNew: false }),
  ]);
  expect(otherCallers).toBeNull();
});

test("a caller is new for a week, on every route, and not on the key's first day", async () => {
  const { actor, keyId, use } = await usedKey();
  await use(now - 10 * dayMs, {});
  await use(now - 8 * dayMs, { userAgent: "eight-days/1" });
  await use(now - dayMs, other, { path: "/v2" });
  await use(now - hourMs, { ...other, path: "/v2" });
  const marked = async (key: string) =>
    (await getKeyActivity(actor, key)).callers.map(
      ({ client, route, isNew }) => `${client} ${route} ${isNew}`,
    );
  expect(await marked(keyId)).toEqual([
    "curl /v2 true",
    "export /v2 false",
    "curl /v1/files true",
    "eight-days /v1/files false",
    "export /v1/files false",
  ]);

  const young = await usedKey();
  await young.use(now - 20 * hourMs, {});
  await young.use(now - hourMs, other);
  const { callers } = await getKeyActivity(young.actor, young.keyId);
  expect(callers.map(({ isNew }) => isNew)).toEqual([false, false]);

  const { key: successor } = await rotateApiKey(actor, keyId, { overlapSeconds: 3600 }, null);
  await use(now, { keyId: successor.id }, { keyId: successor.id, userAgent: "wget/1" });
  expect(await marked(successor.id)).toEqual(["wget /v1/files true", "export /v1/files false"]);
});

test("callers beyond 200 are summed, with their own first and last request", async () => {
  const { actor, keyId, use } = await usedKey();
  await use(now - 9 * dayMs, ...Array.from({ length: 205 }, (_, index) => ({ userAgent: `tool${index}/1` })));
  await use(now - 2 * hourMs, { userAgent: "late/1" }, { userAgent: "later/1", outcome: "denied" });
  const { callers, otherCallers } = await getKeyActivity(actor, keyId);
  expect(callers).toHaveLength(200);
  expect(otherCallers).toEqual({
    firstAt: new Date(now - 9 * dayMs + 200).toISOString(),
    lastAt: new Date(now - 2 * hourMs + 1).toISOString(),
    allowed: 1,
    denied: 1,
  });
});
