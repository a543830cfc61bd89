import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signatureHeaders } from "@/lib/server/events/sign-delivery";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { installSdk, linkPackage } from "@/tests/processes/installed-sdk";
import { useKeyApiServer } from "@/tests/processes/key-api-server";
import { freePort } from "@/tests/processes/started-server";
import { waitUntil } from "@/tests/wait-until";

const run = promisify(execFile);
const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const keyward = useKeyApiServer();
const sdk = path.resolve(import.meta.dirname, "..");
const folder = mkdtempSync(path.join(tmpdir(), "keyward-readme-"));
const names: string[] = [];

const frameworks = ["express", "fastify", "hono", "@hono/node-server", "@types/node", "@types/express"];

/** Writes each block of the README to the file it names, in a folder with the packed package and the frameworks. */
beforeAll(() => {
  installSdk(folder);
  writeFileSync(path.join(folder, "package.json"), '{"type":"module"}');
  for (const name of frameworks) linkPackage(folder, name);
  const readme = readFileSync(path.join(sdk, "README.md"), "utf8");
  for (const [, code = ""] of readme.matchAll(/```js\n(.*?)```/gs)) {
    const name = /^\/\/ ([\w/]+\.m?js)/.exec(code)?.[1] as string;
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

test("the example that calls verify prints the owner of a key, and the reason for a denial", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { secret, key } = await makeKey(actor, { name: "blog" });
  const ask = async () =>
    (await run(process.execPath, ["ask.mjs"], { cwd: folder, env: env({ API_KEY: secret }) })).stdout.trim();
  expect(await ask()).toBe(`read_write key blog of ${workspace.id}`);
  await revokeApiKey(actor, key.id);
  expect(await ask()).toMatch(/^401 revoked_key: /);
});

/** What each example of a server answers to a key, and at which path. */
const servers: [string, string, (workspaceId: string) => string][] = [
  ["server.mjs", "/", () => "Hello, blog."],
  ...["express.mjs", "fastify.mjs", "hono.mjs"].map(
    (name): [string, string, (workspaceId: string) => string] => [
      name,
      "/v1/files",
      (workspaceId) => `{"workspace":"${workspaceId}"}`,
    ],
  ),
];

test.each(servers)(
  "the example %s accepts a valid key and rejects everything else",
  async (name, url, said) => {
    const { actor, workspace } = await makeWorkspace();
    const { secret } = await makeKey(actor, { name: "blog", allowedIps: ["127.0.0.1", "::1"] });
    const port = await freePort();
    const child = spawn(process.execPath, [name], { cwd: folder, env: env({ PORT: String(port) }) });
    try {
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
      await waitUntil("the example listens", async () => {
        if (child.exitCode !== null) throw new Error(output);
        return output.includes("listening");
      });
      const letIn = await fetch(`http://localhost:${port}${url}`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      expect([letIn.status, await letIn.text()]).toEqual([200, said(workspace.id)]);
      expect((await fetch(`http://localhost:${port}${url}`)).status).toBe(401);
    } finally {
      child.kill("SIGTERM");
    }
  },
);

test("the example of a receiver accepts a signed event, and nothing else", async () => {
  const port = await freePort();
  const secret = "a secret of the receiver";
  const settings = env({ PORT: String(port), KEYWARD_EVENT_SECRET: secret });
  const child = spawn(process.execPath, ["events.mjs"], { cwd: folder, env: settings });
  try {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    await waitUntil("the example listens", async () => output.includes("listening"));
    const body = JSON.stringify({ id: "evt_1", type: "api_key.revoked", data: {} });
    const headers = signatureHeaders([Buffer.from(secret)], "evt_1", body, Math.floor(Date.now() / 1000));
    const send = (text: string) =>
      fetch(`http://localhost:${port}/`, { method: "POST", headers, body: text });
    expect((await send(body)).status).toBe(204);
    await waitUntil("it printed the type", async () => output.includes("api_key.revoked evt_1"));
    expect((await send(body.replace("revoked", "created"))).status).toBe(400);
  } finally {
    child.kill("SIGTERM");
  }
});

test("the example of a Next.js route handler answers a web-standard request", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const caller = `
    const { GET } = await import("./app/files/route.js");
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

test("the example of a Next.js route loads without its settings, as in `next build`, and then rejects every request", async () => {
  const caller = `
    const { GET } = await import("./app/files/route.js");
    const request = new Request("http://localhost/files", { headers: { "x-api-key": "k" } });
    await GET(request, {}).then(({ status }) => console.log(status), (error) => console.log(error.name));`;
  const args = ["--input-type=module", "--eval", caller];
  const options = { cwd: folder, env: { NODE_ENV: "test" as const, PATH: process.env.PATH } };
  expect((await run(process.execPath, args, options)).stdout).toBe("KeywardConfigurationError\n");
});

test("every example compiles in a strict TypeScript project, as JavaScript and as TypeScript", async () => {
  expect(names).toEqual([
    ...[
      "ask.mjs",
      "server.mjs",
      "app/files/route.js",
      "express.mjs",
      "fastify.mjs",
      "hono.mjs",
      "events.mjs",
    ],
  ]);
  const project = path.join(folder, "strict");
  mkdirSync(project);
  for (const name of names) {
    const code = readFileSync(path.join(folder, name), "utf8");
    for (const extension of ["mjs", "mts"])
      writeFileSync(path.join(project, `${path.parse(name).name}-as.${extension}`), code);
  }
  // The types must say that the key is present, and what type it has, with no request of type unknown.
  writeFileSync(path.join(project, "types.mts"), typeAssertions);
  const compilerOptions = {
    ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noEmit: true },
    ...{
      allowJs: true,
      checkJs: true,
      target: "es2023",
      module: "nodenext",
      types: ["node"],
      skipLibCheck: true,
    },
  };
  writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  const compiler = path.resolve(sdk, "../node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [compiler, "-p", project]).catch((error) => error);
  expect(stdout).toBe("");
});

const typeAssertions = `
import type { Request as ExpressRequest } from "express";
import type { FastifyRequest } from "fastify";
import type { Context } from "hono";
import type { VerifiedKey } from "@keyward/sdk";
import "@keyward/sdk/express";
import "@keyward/sdk/fastify";
import "@keyward/sdk/hono";
import { protect } from "@keyward/sdk/next";
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
export const express: Same<ExpressRequest["keyward"], VerifiedKey | undefined> = true;
export const fastify: Same<FastifyRequest["keyward"], VerifiedKey | null> = true;
export const hono = (c: Context): VerifiedKey => c.get("keyward");
export const next = (keyward: Parameters<typeof protect>[0]): ((request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>) =>
  protect(keyward, async (request, key, context: { params: Promise<{ id: string }> }) =>
    new Response(request.url + key.keyId + (await context.params).id),
  );
`;

test("npm pack makes a package with code, declarations and licence, and without dependencies or tests", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json"], { cwd: sdk });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf("["))) as { files: { path: string }[] }[];
  const files = packed?.files.map((file) => file.path) ?? [];
  for (const name of ["index", "events", "node", "express", "fastify", "hono", "next"])
    expect(files).toEqual(expect.arrayContaining([`dist/${name}.js`, `dist/${name}.d.ts`]));
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
  expect(files.filter((name) => /test|^src/.test(name))).toEqual([]);
  const about = JSON.parse(readFileSync(path.join(sdk, "package.json"), "utf8"));
  expect(Object.keys(about).filter((name) => /dependencies/i.test(name))).toEqual([]);
});
