import { beforeAll, expect, test, vi } from "vitest";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { countRefusedSignIn } from "@/lib/server/logs/count-refused-sign-in";
import { deleteWorkspace } from "@/lib/server/workspaces/delete-workspace";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";

useRuntime();
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 60_000 });

let made: Awaited<ReturnType<typeof makeWorkspace>>;
let keyId: string;
beforeAll(async () => {
  made = await makeWorkspace();
  keyId = (await makeKey(made.actor)).key.id;
  await changeApiKey({ ...made.actor, name: "Grace" }, keyId, { name: "nightly export" });
});

type Event = { id: string; action: string; workspace_id: string | null };

async function auditList(...args: string[]): Promise<Event[]> {
  const listed = await keyward(["audit", "list", "--json", "--limit", "1000", ...args]);
  expectDone(listed);
  return (listed.json as { events: Event[] }).events;
}
const actions = async (...args: string[]) => (await auditList(...args)).map(({ action }) => action);

test("audit list filters like the console, and also shows what belongs to no workspace", async () => {
  const { slug, id } = made.workspace;
  expect(await actions("--workspace", slug, "--action", "keys")).toEqual([
    "api_key.renamed",
    "api_key.created",
  ]);
  expect(await actions("--workspace", slug, "--person", "grace")).toEqual(["api_key.renamed"]);
  expect(await actions("--target", keyId, "--person", made.owner.id)).toHaveLength(2);
  const [account] = await auditList("--person", made.owner.id, "--action", "accounts");
  expect(account).toMatchObject({ action: "account.created", workspace_id: null });
  const [renamed] = await auditList("--action", "api_key.renamed", "--workspace", id);
  expect(renamed).toMatchObject({
    workspace_id: id,
    actor: { type: "user", id: made.owner.id, name: "Grace" },
    target: { type: "api_key", id: keyId, name: "nightly export" },
    details: { name: { from: "blog ingest", to: "nightly export" } },
    ip: "203.0.113.7",
    request_id: null,
  });
  expect(await actions("--workspace", slug, "--to", "2026-01-01T00:00:00Z")).toEqual([]);
});

test("audit list pages, prints a table, and refuses what it can't filter by", async () => {
  const { slug } = made.workspace;
  const first = await keyward(["audit", "list", "--workspace", slug, "--limit", "1", "--json"]);
  const { next_cursor } = first.json as { next_cursor: string };
  const rest = await actions("--workspace", slug, "--cursor", next_cursor);
  expect(rest[0]).toBe("api_key.created");
  const { stdout } = await keyward(["audit", "list", "--workspace", slug, "--action", "api_key.renamed"]);
  const [head, line, ...others] = stdout.trimEnd().split("\n");
  expect(head).toMatch(/^AT +PERSON +ACTION +TARGET +ADDRESS +EVENT ID$/);
  expect(line).toMatch(/Grace +api_key\.renamed +nightly export +203\.0\.113\.7 +aud_/);
  expect(others).toEqual([]);
  expectFailed(await keyward(["audit", "list", "--action", "api_key.invented"]), /neither an action nor/);
  expectFailed(
    await keyward(["audit", "list", "--from", "2026-02-01T00:00:00Z", "--to", "2026-01-01T00:00:00Z"]),
    /before --to/,
  );
  expectFailed(await keyward(["audit", "list", "--workspace", "no such workspace"]), /not found/);
});

test("audit list shows the events of a deleted workspace by its id", async () => {
  const { actor, workspace } = await makeWorkspace();
  await deleteWorkspace(actor, workspace.slug);
  expect((await actions("--workspace", workspace.id))[0]).toBe("workspace.deleted");
});

test("access-log list finds a request by id, method, path and source, and takes the codes of sign-ins", async () => {
  await withWriter(async (writer) => {
    await Promise.all([
      writer.append(entry({ requestId: "one", method: "POST", path: "/v1/files/a" })),
      writer.append(entry({ requestId: "two", method: "GET", path: "/v1/files_b", source: "verify" })),
    ]);
    await untilCopied(writer);
  });
  const refused = { code: "incorrect_credentials", status: 401, requestId: "three" } as const;
  await countRefusedSignIn({ ...refused, userId: null, ip: "203.0.113.9", userAgent: null });
  const found = async (...args: string[]) => {
    const listed = await keyward(["access-log", "list", "--json", ...args]);
    expectDone(listed);
    return (listed.json as { entries: { request_id: string }[] }).entries.map(({ request_id }) => request_id);
  };
  expect(await found("--request-id", "one")).toEqual(["one"]);
  expect(await found("--method", "post", "--path", "/v1/files")).toEqual(["one"]);
  expect(await found("--path", "/v1/files_")).toEqual(["two"]);
  expect(await found("--source", "verify")).toEqual(["two"]);
  expect(await found("--source", "console")).toEqual(["three"]);
  expect(await found("--code", "signed_in")).toEqual([]);
});
