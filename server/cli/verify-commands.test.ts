import { expect, test, vi } from "vitest";
import { sealAuditEvents } from "@/lib/server/chains/seal-audit-events";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeWorkspace } from "@/tests/factories/factories";
import { expectDone, useKeywardCommand } from "@/tests/processes/keyward-command";

useRuntime();
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 60_000 });

test("S60 verify prints what is wrong and then fails, and passes for a workspace that wasn't touched", async () => {
  const { pool } = runtime();
  const [touched, untouched] = [await makeWorkspace(), await makeWorkspace()];
  await sealAuditEvents();
  expectDone(await keyward(["audit", "verify"]));
  expectDone(await keyward(["access-log", "verify"]));
  await pool.query("ALTER TABLE audit_events DISABLE TRIGGER audit_events_are_final");
  const { rows } = await pool.query<{ id: string }>(
    "UPDATE audit_events SET actor_name = 'Mallory' WHERE id = (SELECT min(id) FROM audit_events WHERE workspace_id = $1) RETURNING id",
    [touched.workspace.id],
  );
  const { code, json, stderr } = await keyward(["audit", "verify", "--json"]);
  expect(code).toBe(1);
  expect(stderr).toContain(
    `The audit log was changed. First: Workspace ${touched.workspace.id}: event ${rows[0]?.id}`,
  );
  expect(json).toMatchObject({
    verified: false,
    findings: [{ workspace_id: touched.workspace.id, number: 1, event_id: rows[0]?.id, problem: "changed" }],
  });
  expectDone(await keyward(["audit", "verify", "--workspace", untouched.workspace.id]));
});
