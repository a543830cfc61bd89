import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { subscribeTo, takeEvents } from "@/tests/database/recorded-events";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { systemActor } from "../actor";
import { importKeys } from "../keys/import-keys";
import { jsonRecords } from "../keys/import-records";
import { db, runtime } from "../runtime";
import { getDelivery, listDeliveries } from "./deliveries";
import { takeDue } from "./delivery-store";

useRuntime({}, { jobs: false });

test("S27 text that looks like a key is masked in what is sent and shown", async () => {
  const { actor } = await makeWorkspace();
  const subscription = await subscribeTo(actor, ["api_key.*"]);
  const pasted = (await makeKey((await makeWorkspace()).actor)).secret;
  const { key } = await makeKey(actor);
  // The console and the API refuse such a name.
  await db().apiKey.update({ where: { id: key.id }, data: { name: `my ${pasted}` } });
  await runtime().pool.query("SELECT events.record($1, 'api_key.updated', $2, 'production', $3)", [
    actor.workspaceId,
    key.id,
    { key: { name: `my ${pasted}` }, url: `https://a.example/?key=${encodeURIComponent(pasted)}` },
  ]);
  const { deliveries } = await listDeliveries(actor, subscription, { limit: 10 });
  const shown = await Promise.all(deliveries.map(({ id }) => getDelivery(actor, subscription, id)));
  const sent = await takeDue([], 8, { healthy: 100, troubled: 100 });
  for (const bodies of [shown, sent] satisfies { body: string | null }[][]) {
    expect(bodies.length).toBe(2);
    for (const { body } of bodies) {
      expect(body).not.toContain(pasted);
      expect(JSON.parse(body ?? "")).toMatchObject({ workspaceId: actor.workspaceId });
    }
    expect(bodies.some(({ body }) => body?.includes("my kw_sk_…"))).toBe(true);
  }
});

test("an import tells nothing of its keys", async () => {
  const { workspace, actor } = await makeWorkspace();
  await subscribeTo(actor);
  await takeEvents(workspace.id);
  const line = {
    name: "old",
    key_prefix: "old_",
    key_suffix: "wxyz",
    length: 30,
    permission_level: "read_only",
  };
  const lines = ["aa", "bb"].map((byte) => JSON.stringify({ ...line, sha256: byte.repeat(32) }));
  const { imported, skipped } = await importKeys(
    systemActor(workspace.id, "Operator"),
    jsonRecords(Readable.from(lines)),
    {
      dryRun: false,
      mayAddFormats: true,
      mayLackPrefix: false,
      findOwner: async () => ({ userId: actor.userId, role: "owner", suspended: false }),
    },
  );
  expect([imported, skipped]).toEqual([2, []]);
  expect(await takeEvents(workspace.id)).toEqual([]);
});
