import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { beforeAll, expect, test } from "vitest";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import { useStartedConsole } from "@/tests/processes/started-console";

type Call = {
  method: string;
  path: string;
  header?: [string, string];
  body?: string;
  status: number;
  contains: string;
};

const serviceToken = "a-service-token-of-a-test";
const started = useStartedConsole({ SERVICE_TOKEN: serviceToken });
let calls: Call[];

beforeAll(async () => {
  const { browser, slug } = await started.signedUp();
  await browser.request(`/api/workspaces/${slug}/api-access`, { method: "PUT", body: { enabled: true } });
  const data = { name: "client", permissionLevel: "read_write", expiresInDays: 90, canManageKeys: true };
  const made = await browser.post(`/api/workspaces/${slug}/api-keys`, data);
  calls = callsOf((made.json as CreatedApiKey).secret);
});

function callsOf(secret: string): Call[] {
  const key: [string, string] = ["X-Api-Key", secret];
  const service: [string, string] = ["Authorization", `Bearer ${serviceToken}`];
  const question = JSON.stringify({ key: secret, method: "POST", path: "/v1/documents" });
  return [
    { method: "GET", path: "/api/public/v1/me", header: key, status: 200, contains: '"permission_level"' },
    { method: "GET", path: "/api/public/v1/me", status: 401, contains: '"error"' },
    { method: "POST", path: "/auth/api-keys", header: key, body: "{}", status: 400, contains: '"error"' },
    { method: "GET", path: "/api/forward-auth/v1/documents", header: key, status: 200, contains: "" },
    { method: "GET", path: "/api/forward-auth/v1/documents", status: 401, contains: '"error"' },
    {
      ...{ method: "POST", path: "/api/v1/verify", header: service, body: question },
      ...{ status: 200, contains: '"valid":true' },
    },
    {
      ...{ method: "POST", path: "/oauth/introspect", header: service, body: `token=${secret}` },
      ...{ status: 200, contains: '"active":true' },
    },
    { method: "GET", path: "/sign-in", status: 200, contains: "<html" },
    { method: "GET", path: "/api/account", status: 401, contains: '"code"' },
  ];
}

const source = (name: string) => path.join(import.meta.dirname, name);

/** A program reads one call per line, as fields separated by tabs, and prints one line with status and body for each answer. */
test.each([
  ["Java", "java", [source("Client.java")]],
  ["Python", "python3", [source("client.py")]],
  ["PHP", "php", [source("client.php")]],
  ["Ruby", "ruby", [source("client.rb")]],
])("S63 %s's own HTTP client is answered on every surface", async (_, program, args) => {
  const input = calls.map(
    ({ method, path, header = ["", ""], body = "" }) =>
      `${[method, started.server().origin + path, ...header, body].join("\t")}\n`,
  );
  const lines = (await run(program, args, input.join(""))).split("\n");
  for (const [index, call] of calls.entries()) expectAnswer(call, lines[index] ?? "");
});

test.each([[[]], [["--http2"]], [["--http1.0"]]])(
  "S63 curl %j is answered on every surface",
  async (options) => {
    for (const call of calls) {
      const { method, path, header, body } = call;
      const args = [...options, "-s", "--max-time", "20", "-o", "-", "-w", "\n%{http_code}", "-X", method];
      if (header) args.push("-H", header.join(": "));
      if (body) args.push("-d", body);
      if (body?.startsWith("{")) args.push("-H", "Content-Type: application/json");
      const output = await run("curl", [...args, started.server().origin + path], "");
      const end = output.lastIndexOf("\n");
      expectAnswer(call, `${output.slice(end + 1)} ${output.slice(0, end)}`);
    }
  },
);

function expectAnswer({ method, path, status, contains }: Call, answer: string): void {
  const name = `${method} ${path}`;
  expect(`${name}: ${answer.slice(0, 3)}`, answer.slice(0, 500)).toBe(`${name}: ${status}`);
  expect(answer, name).toContain(contains);
}

/** What a program from a Debian package prints. */
async function run(program: string, args: string[], input: string): Promise<string> {
  const child = spawn(program, args, {
    env: { NODE_ENV: "test", PATH: "/usr/bin:/bin" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A program that reads no input may have ended already.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = once(child, "close");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${errors}`);
  return output;
}
