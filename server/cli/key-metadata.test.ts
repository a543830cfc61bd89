import { Command } from "commander";
import { expect, test, vi } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";
import { addMetadataOption, requireMetadata } from "./key-metadata";

const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const call = useKeyApi();
const keyward = useKeywardCommand();
vi.setConfig({ testTimeout: 60_000 });

const given = (...entries: string[]) => entries.flatMap((entry) => ["--metadata", entry]);

test("key create attaches metadata, whose numbers and booleans keep their type, and a decision tells it", async () => {
  const { workspace } = await makeWorkspace();
  const create = ["key", "create", "--workspace", workspace.id, "--name", "ci", "--permission", "read_only"];
  const texts = given("code=007", 'seven="7"', "query=a=b", "empty=", "huge=12345678901234567890", 'quote="');
  const made = await keyward([
    ...create,
    "--json",
    ...given("plan=pro", "seats=3", "rate=-1.5", "trial=false"),
    ...texts,
  ]);
  expectDone(made);
  const metadata = {
    ...{ plan: "pro", seats: 3, rate: -1.5, trial: false, code: "007", seven: "7" },
    ...{ query: "a=b", empty: "", huge: "12345678901234567890", quote: '"' },
  };
  const { key, metadata: printed } = made.json as { key: string; metadata: object };
  expect(printed).toEqual(metadata);
  const headers = { authorization: `Bearer ${serviceToken}` };
  const verified = await call("/api/v1/verify", { method: "POST", headers, body: { key } });
  expect(verified.json).toMatchObject({ valid: true, metadata });
  const event = await db().auditEvent.findFirstOrThrow({ where: { action: "api_key.created" } });
  expect(event.details).toMatchObject({ metadata: Object.keys(metadata) });
  expect((await keyward([...create, "--json"])).json).not.toHaveProperty("metadata");
});

test("key set merges metadata, removes entries and changes what else is given", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  const set = (...args: string[]) => keyward(["key", "set", "--key-id", key.id, "--json", ...args]);
  expect((await set(...given("plan=pro", "seats=3"))).json).toMatchObject({
    metadata: { plan: "pro", seats: 3 },
  });
  const changed = await set(
    ...given("seats=5"),
    "--remove-metadata",
    "plan",
    "--name",
    "renamed",
    "--notes",
    "n",
  );
  expectDone(changed);
  expect(changed.json).toMatchObject({ name: "renamed", notes: "n", metadata: { seats: 5 } });
  const events = await db().auditEvent.findMany({ where: { targetId: key.id, action: "api_key.updated" } });
  expect(events.map(({ actorName }) => actorName)).toEqual(["Operator", "Operator"]);
  expect(JSON.stringify(events)).not.toContain('"pro"');
  const plain = await keyward(["key", "set", "--key-id", key.id, "--remove-metadata", "seats"]);
  expect([plain.code, plain.stdout]).toEqual([0, "renamed is changed. Its metadata is {}.\n"]);
});

test("what can't be set is refused in one line", async () => {
  const { actor } = await makeWorkspace();
  const { key } = await makeKey(actor);
  const set = ["key", "set", "--key-id", key.id];
  const many = given(...Array.from({ length: 51 }, (_, index) => `f${index}=1`));
  const failures: [string[], RegExp][] = [
    [set, /Say what to change/],
    [[...set, ...given("plan")], /It must be KEY=VALUE/],
    [[...set, ...many], /At most 50 fields/],
    [[...set, ...given("plan=a"), "--remove-metadata", "plan"], /plan is in --metadata as well/],
    [[...set, "--environment", "No spaces"], /environment/],
    [["key", "set", "--key-id", "key_unknown", ...given("a=1")], /There is no key key_unknown/],
  ];
  for (const [args, reason] of failures) expectFailed(await keyward(args), reason);
});

test("an entry of metadata needs a name that can be stored", () => {
  const parse = (entry: string) =>
    addMetadataOption(new Command().exitOverride().configureOutput({ writeErr: () => {} })).parse(
      ["--metadata", entry],
      { from: "user" },
    );
  for (const entry of ["plan", "=pro", ""]) expect(() => parse(entry), entry).toThrow(/It must be KEY=VALUE/);
  expect(() => parse("__proto__=1")).toThrow(/Use another name/);
  expect(() => requireMetadata({ big: "x".repeat(4097) })).toThrow(/big/);
});

test("S27 metadata that holds a key is refused without showing it", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const set = ["key", "set", "--key-id", key.id];
  const create = ["key", "create", "--workspace", workspace.id, "--name", "a", "--permission", "read_only"];
  for (const args of [set, create]) {
    const refused = await keyward([...args, ...given(`note=was ${secret}`)]);
    expectFailed(refused, /^metadata.note: This looks like an API key/);
    expect(refused.stderr).not.toContain(secret);
  }
  expect(await db().apiKey.count({ where: { workspaceId: workspace.id } })).toBe(1);
  expect((await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).metadata).toEqual({});
});
