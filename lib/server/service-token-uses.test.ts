import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { expectDone, useKeywardCommand } from "@/tests/processes/keyward-command";
import { runtime } from "./runtime";
import { listServiceTokens } from "./service-token-uses";

const [earlier, current, unused] = ["an-earlier-service-token", "the-current-service-token", "an-unused-one"];
const sha = (text: string) => hash("sha256", text, "hex");
const settings = {
  SERVICE_TOKENS: `billing:${sha(earlier)},billing:${sha(current)}`,
  SERVICE_TOKEN: `${unused}-of-the-machine`,
};
useRuntime(settings, { jobs: false });
const call = useKeyApi();
const keyward = useKeywardCommand();

const use = (token: string) => call("/api/v1/permissions", { headers: { authorization: `Bearer ${token}` } });
const listed = () => listServiceTokens(runtime().pool, runtime().env.serviceTokens);

test("the last use of each token is stored, and shown to the operator", async () => {
  const { pool, serviceTokenUses } = runtime();
  const before = Date.now();
  expect((await use(current)).status).toBe(200);
  expect((await use("none-of-these-tokens")).status).toBe(401);
  expect((await listed()).map(({ lastUsedAt }) => lastUsedAt)).toEqual([null, null, null]);
  await serviceTokenUses.store(pool);
  const [first, second, third] = await listed();
  expect([first?.lastUsedAt, third?.lastUsedAt]).toEqual([null, null]);
  expect(second).toMatchObject({
    label: "billing",
    digestStart: sha(current).slice(0, 8),
    workspaceId: null,
  });
  // The machine's clock and the database's are the same here, apart from rounding.
  expect(second?.lastUsedAt?.getTime()).toBeGreaterThanOrEqual(before - 1000);

  const shown = await keyward(["service-token", "list", "--json"], { env: settings });
  expectDone(shown);
  expect(shown.json).toEqual({
    service_tokens: [
      { label: "billing", digest: sha(earlier).slice(0, 8), workspace_id: null, last_used_at: null },
      {
        label: "billing",
        digest: sha(current).slice(0, 8),
        workspace_id: null,
        last_used_at: second?.lastUsedAt?.toISOString(),
      },
      {
        label: "default",
        digest: sha(settings.SERVICE_TOKEN).slice(0, 8),
        workspace_id: null,
        last_used_at: null,
      },
    ],
    total: 3,
  });
});

test("a use that couldn't be stored is stored the next time, and a later use is never replaced by an earlier one", async () => {
  const { pool, serviceTokenUses } = runtime();
  await use(earlier);
  await pool.query("ALTER TABLE secrets.service_token_uses RENAME TO away");
  await expect(serviceTokenUses.store(pool)).rejects.toThrow("does not exist");
  await pool.query("ALTER TABLE secrets.away RENAME TO service_token_uses");
  await serviceTokenUses.store(pool);
  const lastUse = async () => (await listed())[0]?.lastUsedAt;
  expect(await lastUse()).toBeInstanceOf(Date);
  await pool.query("UPDATE secrets.service_token_uses SET last_used_at = '2999-01-01'");
  await use(earlier);
  await serviceTokenUses.store(pool);
  expect(await lastUse()).toEqual(new Date("2999-01-01"));
});

test("requests that use no token write nothing", async () => {
  const { pool, serviceTokenUses } = runtime();
  const { rows } = await pool.query(
    "SELECT s::text, xmin::text FROM secrets.service_token_uses s ORDER BY 1",
  );
  await serviceTokenUses.store(pool);
  const after = await pool.query("SELECT s::text, xmin::text FROM secrets.service_token_uses s ORDER BY 1");
  expect(after.rows).toEqual(rows);
});
