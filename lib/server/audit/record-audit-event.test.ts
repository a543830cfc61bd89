import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { db, runtime } from "../runtime";

useRuntime();

test("S60 the database refuses to change or delete an audit event", async () => {
  const { actor, workspace } = await makeWorkspace();
  await makeKey(actor, { name: "nightly build" });
  const read = () =>
    db().auditEvent.findMany({ where: { workspaceId: workspace.id }, orderBy: { id: "asc" } });
  const before = await read();
  expect(before.map(({ action }) => action)).toContain("api_key.created");
  for (const statement of ["UPDATE audit_events SET actor_name = 'changed'", "DELETE FROM audit_events"])
    await expect(
      runtime().pool.query(`${statement} WHERE workspace_id = $1`, [workspace.id]),
    ).rejects.toThrow("audit events are never updated or deleted");
  expect(await read()).toEqual(before);
});
