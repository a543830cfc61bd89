import { expect, test } from "vitest";
import type { NewEntry } from "@/lib/engine/log/entry-line";
import { entry } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { db, runtime } from "../runtime";
import { rotateApiKey } from "./rotate-api-key";
import { getRotationUse } from "./rotation-use";

useRuntime();

async function rotation() {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  const use = (keyId: string, some: Partial<NewEntry>) =>
    runtime().engine.accessLog.append(
      entry({ keyId, workspaceId: actor.workspaceId, userId: actor.userId, ...some }),
    );
  const rotate = async () => (await rotateApiKey(actor, key.id, { overlapSeconds: 3600 }, null)).key.id;
  return { actor, oldKey: key.id, use, rotate };
}

const exporter = { ip: "203.0.113.7", userAgent: "nightly-export/1.4", method: "POST", path: "/v1/runs/7" };
const importer = { ip: "198.51.100.9", userAgent: "importer/2", method: "GET", path: "/v1/files/8" };
const client = ({ client }: { client: string | null }) => client;

test("a rotation tells who still uses the old key, who moved, who uses the new one, and who wasn't seen", async () => {
  const { actor, oldKey, use, rotate } = await rotation();
  await use(oldKey, { ...exporter, userAgent: "monthly-report/1" });
  await use(oldKey, importer);
  // Counted now: the log is copied in batches, and the rotation must come after it.
  await runtime().engine.accessLog.settled();
  await runtime().pool.query("UPDATE access_log.caller_counts SET start = start - interval '1 day'");
  const newKey = await rotate();
  await use(oldKey, importer);
  await use(oldKey, { ...importer, outcome: "denied", code: "rate_limit_exceeded", status: 429 });
  await use(oldKey, { ...exporter, ip: "203.0.113.200" });
  await use(newKey, exporter);
  const early = await getRotationUse(actor, oldKey);
  expect(early).toMatchObject({ moved: 0, notSeenSince: 1, othersOnOldKey: false, silentSince: null });
  expect(early.stillOnOldKey).toEqual([
    {
      block: "198.51.100.0/24",
      client: "importer",
      method: "GET",
      route: "/v1/files",
      lastIp: "198.51.100.9",
      firstAt: expect.any(String),
      lastAt: expect.any(String),
      allowed: 1,
      denied: 1,
      isNew: false,
    },
    expect.objectContaining({ client: "nightly-export", lastIp: "203.0.113.200", allowed: 1 }),
  ]);
  expect(early.onNewKey).toMatchObject([{ client: "nightly-export", block: "203.0.113.0/24", allowed: 1 }]);
  expect(early.lastOldRequestAt).toBe(early.stillOnOldKey[1]?.lastAt);

  // A minute later, a program that uses only the new key has moved.
  await runtime().pool.query(
    "UPDATE access_log.callers SET last_at = last_at - interval '1 minute' WHERE key_id = $1",
    [oldKey],
  );
  await db().apiKey.update({
    where: { id: oldKey },
    data: { rotatedAt: new Date(Date.now() - 120_000) },
  });
  const later = await getRotationUse(actor, oldKey);
  expect(later.stillOnOldKey.map(client)).toEqual(["importer", "monthly-report"]);
  expect(later).toMatchObject({ moved: 1, notSeenSince: 0 });

  const counts = later.hours.at(-1);
  expect(later.hours).toHaveLength(24);
  expect([counts?.oldKey, counts?.newKey]).toEqual([
    { allowed: 4, denied: 1 },
    { allowed: 1, denied: 0 },
  ]);
});

test("callers beyond those that are counted one by one are mentioned if they used the old key", async () => {
  const { actor, oldKey, rotate } = await rotation();
  await rotate();
  const others = (at: string) =>
    runtime().pool.query(
      `INSERT INTO access_log.callers (key_id, address, client, method, route, first_at, last_at, allowed)
       VALUES ($1, '*', '', '', '', ${at}, ${at}, 7) ON CONFLICT (key_id, address, client, method, route) DO UPDATE SET last_at = ${at}`,
      [oldKey],
    );
  await others("now() - interval '1 day'");
  expect(await getRotationUse(actor, oldKey)).toMatchObject({ othersOnOldKey: false, stillOnOldKey: [] });
  await others("clock_timestamp()");
  expect(await getRotationUse(actor, oldKey)).toMatchObject({ othersOnOldKey: true, stillOnOldKey: [] });
});

test("the callers of a rotation are told only to members who can see both keys, and only of a rotation", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { actor: member } = await makeMember(workspace, "member");
  const { key } = await makeKey(member);
  await expect(getRotationUse(member, key.id)).rejects.toMatchObject({ code: "not_found" });
  const { key: successor } = await rotateApiKey(member, key.id, { overlapSeconds: 3600 }, null);
  await expect(getRotationUse(member, key.id)).resolves.toMatchObject({ stillOnOldKey: [] });
  await db().apiKey.update({ where: { id: successor.id }, data: { ownerId: actor.userId } });
  await expect(getRotationUse(member, key.id)).rejects.toMatchObject({ code: "not_found" });
  await expect(getRotationUse(actor, key.id)).resolves.toMatchObject({ stillOnOldKey: [] });
});
