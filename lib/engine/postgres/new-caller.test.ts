import { expect, test } from "vitest";
import { rotateApiKey } from "@/lib/server/keys/rotate-api-key";
import { countRequests } from "@/tests/database/count-requests";
import { subscribeTo, takeEvents } from "@/tests/database/recorded-events";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import type { NewEntry } from "../log/entry-line";

useRuntime();

let now = Date.now();

/** Counts requests as one drain of a spool does. */
function drain(requests: Partial<NewEntry>[], fail = false): Promise<void> {
  now += 1000;
  return countRequests(requests, now, { fail });
}

async function subscribedKey() {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor, { environment: "staging" });
  await subscribeTo(actor);
  return { actor, keyId: key.id, callers: () => newCallersOf(actor.workspaceId) };
}

async function newCallersOf(workspaceId: string) {
  const events = await takeEvents(workspaceId);
  return events.flatMap(({ type, data }) => (type === "api_key.new_caller" ? [data.caller] : []));
}

test("a caller that a key wasn't used by before is told of once, and the first one isn't", async () => {
  const { actor, keyId, callers } = await subscribedKey();
  await drain([{ keyId }, { keyId, path: "/v1/people" }]);
  expect(await callers(), "the first").toEqual([]);

  await drain([{ keyId }, { keyId, ip: "203.0.113.99", method: "POST", path: "/v2/files/7" }]);
  expect(await callers(), "another address of the block, another route").toEqual([]);

  await drain([
    { keyId, ip: "198.51.100.9", path: "/v1/people/7", outcome: "denied" },
    { keyId, ip: "198.51.100.1", method: "POST" },
  ]);
  const [event, ...more] = await takeEvents(actor.workspaceId);
  expect(more).toEqual([]);
  expect(event).toEqual({
    type: "api_key.new_caller",
    keyId,
    environment: "staging",
    data: {
      key: expect.objectContaining({ id: keyId, name: "blog ingest" }),
      caller: {
        address: "198.51.100.0/24",
        client: "export",
        method: "GET",
        route: "/v1/people",
        ip: "198.51.100.9",
      },
    },
  });
  await drain([
    { keyId, ip: "198.51.100.1" },
    { keyId, userAgent: "curl/8.5.0" },
  ]);
  expect(await callers()).toEqual([expect.objectContaining({ address: "203.0.113.0/24", client: "curl" })]);
  await drain([{ keyId, userAgent: "curl/8.6.0", path: "/v3" }]);
  expect(await callers()).toEqual([]);
});

test("of the callers in the first drain of a key, all but the earliest are new", async () => {
  const { keyId, callers } = await subscribedKey();
  await drain([
    { keyId, ip: "203.0.113.1" },
    { keyId, ip: "192.0.2.1" },
    { keyId, ip: "192.0.2.2", path: "/other" },
  ]);
  expect(await callers()).toEqual([expect.objectContaining({ address: "192.0.2.0/24", route: "/v1/files" })]);
});

test("callers of workspaces without a subscription, and of a drain that is undone, aren't told of", async () => {
  const { actor } = await makeWorkspace();
  const { keyId, callers } = await subscribedKey();
  const { key } = await makeKey(actor);
  await drain([{ keyId: key.id }, { keyId }]);
  await expect(drain([{ keyId, ip: "192.0.2.1" }], true)).rejects.toThrow("undone");
  await drain([{ keyId: key.id, ip: "192.0.2.1" }]);
  expect(await takeEvents(actor.workspaceId)).toEqual([]);
  expect(await callers()).toEqual([]);
  await drain([{ keyId, ip: "192.0.2.1" }]);
  expect(await callers(), "counted again").toHaveLength(1);
});

test("a caller that several instances count at the same time is told of once", async () => {
  const { keyId, callers } = await subscribedKey();
  await drain([{ keyId }]);
  for (let turn = 0; turn < 8; turn += 1) {
    const drains = Array.from({ length: 4 }, (_, instance) => {
      // Denied requests in different hours lock no row in common.
      now += 3600_000;
      return drain([
        { keyId, ip: `10.0.${turn}.1`, path: `/v1/route-${"abcd"[instance]}`, outcome: "denied" },
      ]);
    });
    await Promise.all(drains);
  }
  expect(await callers()).toHaveLength(8);
});

test("callers beyond the most that are counted apart aren't told of", async () => {
  const { keyId, callers } = await subscribedKey();
  await drain(Array.from({ length: 300 }, (_, index) => ({ keyId, userAgent: `tool${index}/1` })));
  expect(await callers()).toHaveLength(199);
  await drain([{ keyId, userAgent: "one-more/1" }]);
  expect(await callers()).toEqual([]);
});

test("the programs that move to the new key of a rotation aren't new, another one is", async () => {
  const { actor, keyId, callers } = await subscribedKey();
  await drain([{ keyId }, { keyId, ip: "192.0.2.1" }]);
  const { key } = await rotateApiKey(actor, keyId, { overlapSeconds: 3600 }, null);
  await callers();
  await drain([{ keyId: key.id, ip: "192.0.2.1" }]);
  await drain([{ keyId: key.id, path: "/v2" }]);
  expect(await callers()).toEqual([]);
  await drain([{ keyId: key.id, ip: "198.51.100.1" }]);
  expect(await callers()).toEqual([expect.objectContaining({ address: "198.51.100.0/24" })]);
});
