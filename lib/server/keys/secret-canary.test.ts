import { expect, test } from "vitest";
import { dumpDatabase } from "@/tests/database/dump-database";
import { subscribeTo } from "@/tests/database/recorded-events";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useBundle } from "@/tests/processes/bundle";
import { startDecisionProcess } from "@/tests/processes/decision-process";
import { db } from "../runtime";

useRuntime();
const program = useBundle("tests/processes/key-api-process.ts");

test("S27 a secret appears only in one no-store response, and in no log, table, or other response", async () => {
  const { actor } = await makeWorkspace();
  await subscribeTo(actor);
  const creator = await makeKey(actor, { canManageKeys: true });
  const server = await startDecisionProcess(program(), { LOG_LEVEL: "trace" });
  const others: string[] = [];
  const send = (path: string, init: RequestInit = {}, key = creator.secret) =>
    fetch(`${server.origin}${path}`, {
      ...init,
      headers: { "x-api-key": key, "x-request-id": key, "user-agent": `tool ${key}`, ...init.headers },
    });
  const record = async (answer: Response) =>
    void others.push(`${JSON.stringify([...answer.headers])} ${await answer.text()}`);
  try {
    const body = JSON.stringify({ name: "canary", permission_level: "read_only" });
    const post = { method: "POST", body, headers: { "idempotency-key": "once" } };
    const made = await send("/auth/api-keys", post);
    expect([made.status, made.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const { key: canary, key_id: id } = (await made.json()) as { key: string; key_id: string };

    for (const path of [
      "/api/public/v1/me",
      `/auth/api-keys/${id}`,
      "/auth/api-keys?status=all",
      "/api/public/v1/access-logs",
    ]) {
      await record(await send(path));
      await record(await send(path, {}, canary));
    }
    await record(await send("/auth/api-keys", post));
    await record(await send(`/auth/api-keys/${canary}?key=${canary}`, {}, canary));
    await record(await send("/api/public/v1/me", { headers: { authorization: canary } }));
    await record(await send("/auth/api-keys", { method: "POST", body: canary }));
    await record(
      await send("/auth/api-keys", {
        method: "POST",
        body: JSON.stringify({ name: "x", permission_level: canary }),
      }),
    );
    // Errors of ours are logged with what caused them.
    await db().$executeRaw`ALTER TABLE users RENAME COLUMN name TO name_away`;
    await record(await send("/auth/api-keys", { method: "POST", body }));
    await db().$executeRaw`ALTER TABLE users RENAME COLUMN name_away TO name`;
    await record(await send(`/auth/api-keys/${id}`, { method: "DELETE" }));
    await record(await send("/api/public/v1/me", {}, canary));

    await server.stop();
    const log = await server.output();
    expect(log).toContain("a request failed");
    const rows = await dumpDatabase();
    expect(rows).toContain(id);
    for (const type of ["created", "revoked"]) expect(rows, "events are recorded").toMatch(`api_key.${type}`);
    for (const secret of [canary, creator.secret]) {
      const core = secret.slice("kw_sk_".length + 4, -4);
      for (const [where, text] of Object.entries({
        log,
        tables: rows,
        answers: others.join("\n"),
      })) {
        expect(text.includes(core), where).toBe(false);
      }
    }
  } finally {
    await server.kill();
  }
});
