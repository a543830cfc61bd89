import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { revokeApiKey } from "@/lib/server/api-keys/revoke-api-key";
import { makeKey, makeWorkspace } from "@/tests/factories";
import { installSdk } from "@/tests/installed-sdk";
import { sendRaw, useKeyApiServer } from "@/tests/key-api-server";
import { useRuntime } from "@/tests/runtime";
import { waitUntil } from "@/tests/wait-until";

const run = promisify(execFile);
const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const keyward = useKeyApiServer();
const sdk = path.resolve(import.meta.dirname, "..");
const folder = mkdtempSync(path.join(tmpdir(), "keyward-readme-"));
const names: string[] = [];

/** Each block of the README as the file it names, where the built package is installed. */
beforeAll(() => {
  installSdk(folder);
  const readme = readFileSync(path.join(sdk, "README.md"), "utf8");
  for (const [, code = ""] of readme.matchAll(/```js\n(.*?)```/gs)) {
    const name = /^\/\/ ([\w/]+\.mjs)/.exec(code)?.[1] as string;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), code);
    names.push(name);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = (more: Record<string, string> = {}) => ({
  NODE_ENV: "test" as const,
  PATH: process.env.PATH,
  KEYWARD_URL: keyward.origin(),
  KEYWARD_SERVICE_TOKEN: serviceToken,
  ...more,
});

test("the example that asks prints whose key it is, and why one is refused", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { secret, key } = await makeKey(actor, { name: "blog" });
  const ask = async () =>
    (await run(process.execPath, ["ask.mjs"], { cwd: folder, env: env({ API_KEY: secret }) })).stdout.trim();
  expect(await ask()).toBe(`read_write key blog of ${workspace.id}`);
  await revokeApiKey(actor, key.id);
  expect(await ask()).toMatch(/^401 revoked_key: /);
});

test("the example of a node:http server greets who has a key, and nobody else", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { name: "blog", allowedIps: ["127.0.0.1"] });
  const child = spawn(process.execPath, ["server.mjs"], { cwd: folder, env: env({ PORT: "0" }) });
  try {
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    await waitUntil("the example listens", async () => /port \d+/.test(output));
    const port = Number(/\d+/.exec(output)?.[0]);
    const greeted = await sendRaw(port, "/", { headers: { authorization: `Bearer ${secret}` } });
    expect([greeted.status, greeted.body]).toEqual([200, "Hello, blog."]);
    expect((await sendRaw(port, "/", {})).status).toBe(401);
  } finally {
    child.kill("SIGTERM");
  }
});

test("the example of a Next.js route handler answers a web-standard request", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const caller = `
    const { GET } = await import("./app/files/route.mjs");
    for (const headers of [{ "x-api-key": process.env.API_KEY }, {}]) {
      const answer = await GET(new Request("http://localhost/files", { headers }), {});
      console.log(answer.status, await answer.text());
    }`;
  const args = ["--input-type=module", "--eval", caller];
  const { stdout } = await run(process.execPath, args, { cwd: folder, env: env({ API_KEY: secret }) });
  const [allowed, denied] = stdout.trim().split("\n");
  expect(allowed).toBe(`200 {"workspace":"${workspace.id}"}`);
  expect(denied).toMatch(/^401 .*"missing_key"/);
});

test("the other examples are modules that import what the package exports", async () => {
  expect(names).toEqual([
    ...["ask.mjs", "server.mjs", "app/files/route.mjs", "express.mjs", "fastify.mjs", "hono.mjs"],
  ]);
  for (const name of names.slice(3)) {
    await run(process.execPath, ["--check", name], { cwd: folder });
    const code = readFileSync(path.join(folder, name), "utf8");
    const ours = [...code.matchAll(/import .* from "@keyward.*/g)].join("\n");
    const args = [
      "--input-type=module",
      "--eval",
      `${ours}\nconsole.log(typeof protect, typeof createKeyward);`,
    ];
    expect((await run(process.execPath, args, { cwd: folder })).stdout).toBe("function function\n");
  }
});

test("npm pack makes a package with code, declarations and licence, and without dependencies or tests", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json"], { cwd: sdk });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf("["))) as { files: { path: string }[] }[];
  const files = packed?.files.map((file) => file.path) ?? [];
  for (const name of ["index", "node", "express", "fastify", "hono", "next"])
    expect(files).toEqual(expect.arrayContaining([`dist/${name}.js`, `dist/${name}.d.ts`]));
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
  expect(files.filter((name) => /test|^src/.test(name))).toEqual([]);
  const about = JSON.parse(readFileSync(path.join(sdk, "package.json"), "utf8"));
  expect(Object.keys(about).filter((name) => /dependencies/i.test(name))).toEqual([]);
});
