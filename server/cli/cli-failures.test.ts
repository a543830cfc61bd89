import { beforeAll, expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeWorkspace } from "@/tests/factories/factories";
import { expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";

useRuntime();
const keyward = useKeywardCommand();
const acme = { id: "", email: "" };
beforeAll(async () => {
  const { workspace, owner } = await makeWorkspace({ name: "Acme" });
  Object.assign(acme, { id: workspace.id, email: owner.email });
});

const createKey = ["key", "create", "--workspace", "Acme", "--permission", "read_only", "--name"];
const setAcme = ["workspace", "set", "--workspace", "Acme"];

test.each<[string, RegExp]>([
  ["users", /unknown command/],
  ["user creat", /unknown command/],
  ["user list --jsn", /unknown option/],
  ["key list", /--workspace/],
  ["workspace list extra", /too many arguments/],
])("keyward %s fails with one line", async (line, expected) => {
  expectFailed(await keyward(line.split(" ")), expected);
});

test.each<[string[], RegExp]>([
  [["key", "list", "--workspace", "nobody"], /Workspace nobody not found/],
  [["key", "revoke", "--key-id", "key_x", "--json"], /There is no key key_x/],
  [[...createKey, " "], /Enter a name/],
  [[...createKey, "x", "--permission", "admin"], /read_only, read_write, custom/],
  [[...createKey, "x", "--expires-in-days", "4000"], /3650/],
  [[...createKey, "x", "--expires-in-days", "0"], /whole number/],
  [[...createKey, "x", "--owner", "x@y.z"], /x@y.z isn.t a member/],
  [[...setAcme, "--api-access", "maybe"], /on, off/],
  [[...setAcme, "--requests-per-minute", "many"], /whole number/],
  [["user", "create", "--name", "A", "--email", "nowhere"], /email: Enter a valid email address/],
  [["user", "create", "--name", "A", "--email", "a@b.test", "--password", "short"], /at least 12/],
])("%j fails with the reason in one line", async (args, expected) => {
  expectFailed(await keyward(args), expected);
});

test("an address that is taken is rejected without saying whose it is", async () => {
  expectFailed(
    await keyward(["user", "create", "--name", "A", "--email", acme.email]),
    /^This account couldn't be created/,
  );
});

test.each<[string, (url: URL) => string, RegExp]>([
  ["PORT", () => "none", /^PORT /],
  ["DATABASE_URL", () => "postgresql://u:p@localhost:1/x", /ECONNREFUSED/],
  [
    "DATABASE_URL",
    (url) => Object.assign(url, { pathname: "/no_such_database" }).toString(),
    /"no_such_database" does not exist/,
  ],
])("a wrong %s is reported in one line", async (name, value, expected) => {
  const env = { [name]: value(new URL(runtime().env.databaseUrl as string)) };
  const ended = await keyward(["user", "list"], { env });
  expectFailed(ended, expected);
  expect(ended.stderr).not.toContain("u:p");
});
