import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, inject, test, vi } from "vitest";
import { Browser } from "../peers/http-client";
import { freePort, startRefused, startServer } from "../processes/started-server";

vi.setConfig({ testTimeout: 90_000 });

const dataDir = mkdtempSync(path.join(tmpdir(), "keyward-test-"));
const canary = () => randomBytes(33).toString("base64url");
const keys = [randomBytes(32).toString("base64"), randomBytes(32).toString("base64")];
const passwords = { smtp: canary(), database: canary() };
const settings = {
  AUTH_SECRET: canary(),
  AUTH_SECRET_PREVIOUS: canary(),
  ENCRYPTION_KEYS: keys.join(),
  SERVICE_TOKEN: canary(),
  METRICS_TOKEN: canary(),
  GITHUB_CLIENT_ID: "our-client-at-github",
  GITHUB_CLIENT_SECRET: canary(),
  LOG_LEVEL: "trace",
};
const { GITHUB_CLIENT_ID: _id, LOG_LEVEL: _level, ENCRYPTION_KEYS: _keys, ...secretSettings } = settings;
const secrets = [...Object.values(secretSettings), ...keys, ...Object.values(passwords)];

function expectNoSecret(text: string): void {
  for (const secret of secrets) expect(text.includes(secret), "a secret is in the output").toBe(false);
}

/** An error as careless libraries throw it, with the whole environment in its properties. */
function carelessModule(): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "keyward-test-")), "careless.mjs");
  writeFileSync(
    file,
    `process.once("SIGUSR2", () => {
      throw Object.assign(new Error("failed: " + process.env.SMTP_URL), { settings: { ...process.env } });
    });`,
  );
  return pathToFileURL(file).href;
}

/** The arguments of all processes of this machine, as ps shows them to everyone. */
function commandLines(): string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      // It has ended.
      return "";
    }
  });
}

test("S47 no secret is in the output or in the arguments of a process, whatever fails", async () => {
  const server = await startServer({
    ...settings,
    DATA_DIR: dataDir,
    SMTP_URL: `smtp://mailer:${passwords.smtp}@127.0.0.1:${await freePort()}`,
    NODE_OPTIONS: `--import ${carelessModule()}`,
  });
  try {
    const person = { name: "Grace", email: "grace@example.test", workspaceName: "Navy" };
    expect((await new Browser(server.port).post("/api/sign-up/request", person)).status).toBe(202);
    await server.printed(/why a mail could not be sent/);
    process.kill(server.pid, "SIGUSR2");
    await server.printed(/uncaughtException/);

    const lines = commandLines();
    expect(lines.filter((line) => line.includes(path.join(dataDir, "postgres"))).length).toBeGreaterThan(0);
    secrets.push(readFileSync(path.join(dataDir, "postgres", "keyward-password"), "utf8").trim());
    expectNoSecret(lines.join("\n"));
  } finally {
    await server.stop("SIGINT");
  }
  // The error did contain them.
  const output = await server.output();
  expect(output).toContain("failed: smtp://mailer:[secret]@127.0.0.1");
  expect(output).toContain("AUTH_SECRET_PREVIOUS: '[secret]'");
  expectNoSecret(output);
  expectNoSecret(readFileSync(path.join(dataDir, "postgres.log"), "utf8"));
});

test("S47 a start that fails at the database shows no secret", async () => {
  const url = new URL(inject("postgresUrl"));
  url.password = passwords.database;
  const { code, output } = await startRefused({ ...settings, DATABASE_URL: url.href, DATA_DIR: dataDir });
  expect(code).toBe(1);
  expect(output).toContain("DATABASE_URL");
  expectNoSecret(output);
});
