import { hash } from "@node-rs/argon2";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeWorkspace, password } from "@/tests/factories/factories";
import { type Answer, callConsole } from "@/tests/processes/console-routes";

// Spied on, not replaced: the tests check whether the expensive work was done, for S02 and S07.
vi.mock("@node-rs/argon2", async (load) => {
  const real = await load<typeof import("@node-rs/argon2")>();
  return { ...real, hash: vi.fn(real.hash) };
});

useRuntime();
beforeEach(() => void vi.mocked(hash).mockClear());

let count = 0;
function signUp(input: Record<string, unknown> = {}): Promise<Answer> {
  count += 1;
  return callConsole("POST", "/api/sign-up", {
    body: { name: "Grace", email: `grace-${count}@example.test`, password, workspaceName: "Acme", ...input },
  });
}

test("signing up creates an account and a workspace, with API access off", async () => {
  const answer = await signUp({ email: "Grace@Example.test", workspaceName: "Hopper & Söhne" });
  expect(answer.status).toBe(201);
  expect(answer.json).toEqual({ workspaceSlug: "hopper-sohne" });
  const user = await db().user.findUnique({
    where: { email: "grace@example.test" },
    include: { members: { include: { workspace: true } } },
  });
  expect(user?.members).toMatchObject([
    { role: "owner", workspace: { apiAccess: false, name: "Hopper & Söhne" } },
  ]);
  expect(user?.passwordHash).toMatch(/^\$argon2id\$/);
});

test("S02 with a known address fails with a generic message after the same work", async () => {
  const { owner } = await makeWorkspace();
  vi.mocked(hash).mockClear();
  const answer = await signUp({ email: owner.email });
  expect(answer.status).toBe(409);
  expect(answer.json).toMatchObject({
    error: {
      code: "conflict",
      message: "This account couldn't be created. Sign in or reset your password.",
    },
  });
  expect(hash).toHaveBeenCalledTimes(1);
  expect(await db().workspace.count({ where: { members: { some: { userId: owner.id } } } })).toBe(1);
});

test("S02 two concurrent sign-ups with one address create one account", async () => {
  const answers = await Promise.all([1, 2, 3].map(() => signUp({ email: "twice@example.test" })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
});

describe("S07 a password", () => {
  const problems: [string, string, RegExp][] = [
    ["of 11 code points", "x7!x7!x7!x7", /at least 12/],
    ["of 11 code points in 22 units of UTF-16", "🔑".repeat(11), /at least 12/],
    ["of 129 code points", `${"é7".repeat(64)}x`, /at most 128/],
    ["from the list of common ones", "qwertyuiop123", /common/],
    ["from that list in capitals", "QWERTYUIOP123", /common/],
  ];
  for (const [what, candidate, why] of problems) {
    test(`${what} is rejected with the reason, before hashing`, async () => {
      expect((await signUp({ password: candidate })).json).toMatchObject({
        error: { code: "invalid_request", fields: { password: expect.stringMatching(why) } },
      });
      expect(hash).not.toHaveBeenCalled();
    });
  }

  test("of 12 to 128 code points of any Unicode is accepted unchanged, spaces included", async () => {
    for (const good of ["  twelve  12", "🔑".repeat(12), "密".repeat(128), "a\u0000b".repeat(6)]) {
      const email = `unicode-${good.length}-${count}@example.test`;
      expect((await signUp({ email, password: good })).status).toBe(201);
      expect((await callConsole("POST", "/api/sign-in", { body: { email, password: good } })).status).toBe(
        200,
      );
    }
  });

  test("of a megabyte is 413 before hashing", async () => {
    expect((await signUp({ password: "x".repeat(1_000_000) })).status).toBe(413);
    expect(hash).not.toHaveBeenCalled();
  });
});

test("S06 anything but one plain address is rejected", async () => {
  for (const email of [
    '"e@a"@v.example',
    "v@x.example, a@y.example",
    "a@x.example\r\nBcc: b@y.example",
    "v＠x.example",
    // Lower-cased, the Kelvin sign is an ASCII k: another person's address.
    "\u212Aay@x.example",
    "<v@x.example>",
    "v x@x.example",
    "v@",
    "@x",
    "v@x..example",
  ]) {
    expect((await signUp({ email })).json, email).toMatchObject({
      error: { code: "invalid_request", fields: { email: expect.any(String) } },
    });
  }
});

test("S56 a name with NUL, bidirectional controls, or nothing visible is rejected", async () => {
  for (const name of ["a\u0000b", "a\u202eb", "a\u200bb", "\u2066", "   ", "a\nb", "x".repeat(101)]) {
    expect((await signUp({ name })).json, JSON.stringify(name)).toMatchObject({
      error: { fields: { name: expect.any(String) } },
    });
  }
});

test("all invalid fields are named together", async () => {
  expect((await signUp({ name: "", email: "x", workspaceName: "" })).json).toMatchObject({
    error: {
      fields: {
        name: "Enter a name.",
        email: "Enter a valid email address.",
        workspaceName: "Enter a name.",
      },
    },
  });
});
