import { expect, test } from "vitest";
import { accessLogOverviewQuery, listAccessLogQuery } from "@/lib/contracts/access-log-query";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { waitUntil } from "@/tests/wait-until";
import { readAccessLogOverview } from "../http/member-reads";
import { listWorkspaceLog, readWorkspaceEntry } from "./list-workspace-log";
import { recordSignInAttempt } from "./record-sign-in-attempt";

useRuntime();

async function makeLog(count: number) {
  const { actor, workspace } = await makeWorkspace();
  const { key } = await makeKey(actor);
  await withWriter(async (writer) => {
    for (let made = 0; made < count; made += 1)
      await writer.append(entry({ workspaceId: workspace.id, keyId: key.id }));
    await untilCopied(writer);
  });
  return { actor, workspace, key };
}

const listed = (query: Record<string, string>) => listAccessLogQuery.parse(query);

test("each listed entry is found by its id, also a refused sign-in, but not by other members or workspaces", async () => {
  const { actor, workspace } = await makeLog(3);
  const { actor: viewer } = await makeMember(workspace, "viewer");
  const { actor: stranger } = await makeWorkspace();
  const origin = { ip: "203.0.113.7", userAgent: "test", requestId: null };
  for (let attempt = 0; attempt < 3; attempt += 1)
    await recordSignInAttempt({ id: actor.userId }, "incorrect_credentials", origin);
  const keys = await listWorkspaceLog(actor, listed({}));
  const signIns = await listWorkspaceLog(actor, listed({ view: "sign-ins" }));
  expect(keys.entries).toHaveLength(3);
  expect(signIns.entries).toHaveLength(1);
  for (const one of [...keys.entries, ...signIns.entries]) {
    expect(await readWorkspaceEntry(actor, one.id)).toEqual(one);
    for (const other of [viewer, stranger])
      await expect(readWorkspaceEntry(other, one.id)).rejects.toMatchObject({ code: "not_found" });
  }
});

test("an id that isn’t one, or of an entry that doesn’t exist, is not found", async () => {
  const { actor } = await makeLog(1);
  const writer = "0".repeat(31);
  for (const id of [
    "",
    "x",
    "%00",
    `hzzzzzzzzz-${writer}1-1`,
    `zzzzzzzzzz-${writer}1-zzzzzzzzz`,
    `1-${writer}g-1`,
  ])
    await expect(readWorkspaceEntry(actor, id)).rejects.toMatchObject({ code: "not_found" });
});

test("the list and the chart of a range that was typed have the same whole bars", async () => {
  const { actor } = await makeLog(4);
  const now = Date.now();
  const hourMs = 3_600_000;
  const ranges: Record<string, string>[] = [
    { from: new Date(now - 30_000).toISOString(), to: new Date(now + 1).toISOString() },
    { from: new Date(now - 20 * hourMs).toISOString(), to: new Date(now - 1).toISOString() },
    { from: new Date(now - 400 * hourMs).toISOString(), to: new Date(now - 1).toISOString() },
  ];
  for (const range of ranges) {
    const { entries } = await listWorkspaceLog(actor, listed(range));
    const { total } = await readAccessLogOverview.read(actor, accessLogOverviewQuery.parse(range), {});
    expect(total).toEqual({ allowed: 4, denied: 0 });
    expect(entries).toHaveLength(4);
  }
  const from = new Date(now - hourMs).toISOString();
  expect(accessLogOverviewQuery.safeParse({ from }).success).toBe(false);
});

test("a beginning alone is exact: nothing from before it is listed", async () => {
  const { actor, workspace, key } = await makeLog(2);
  const from = new Date(Date.now() + 1).toISOString();
  await waitUntil("the beginning has passed", async () => new Date().toISOString() > from);
  await withWriter(async (writer) => {
    await writer.append(entry({ workspaceId: workspace.id, keyId: key.id }));
    await untilCopied(writer);
  });
  expect((await listWorkspaceLog(actor, listed({ from }))).entries).toHaveLength(1);
});
