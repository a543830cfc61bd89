import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { describe, expect, inject, test, vi } from "vitest";
import { clientConfig } from "@/lib/server/database";
import { createTestDatabase } from "../database/database";
import { withDatabase } from "../database/database-url";
import { freePort, startRefused } from "../processes/started-server";

vi.setConfig({ testTimeout: 60_000 });

const deployment = {
  APP_URL: "https://console.example.com",
  AUTH_SECRET: randomBytes(33).toString("base64"),
  ENCRYPTION_KEYS: randomBytes(32).toString("base64"),
};
const folder = () => mkdtempSync(path.join(tmpdir(), "keyward-test-"));

/** Asserts exit code 1, and returns the single line of output. */
async function refusal(settings: Record<string, string>): Promise<string> {
  const { code, output } = await startRefused({
    DATA_DIR: folder(),
    DATABASE_URL: inject("postgresUrl"),
    ...settings,
  });
  // Next.js says that it reads its settings, before we know whether the port is free.
  const lines = output
    .trim()
    .split("\n")
    .filter((line) => !line.includes("Running next.config"));
  expect(lines, output).toHaveLength(1);
  expect(code).toBe(1);
  return lines[0] ?? "";
}

async function ask(url: string, text: string): Promise<void> {
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  await client.query(text);
  await client.end();
}

const withoutQuery = (url: string) => url.replace(/\?.*/, "");

describe("a start fails with one line that names what is wrong:", () => {
  const wrong: [string, Record<string, string>][] = [
    ["PORT", { PORT: "eighty" }],
    ["PORT", { PORT: "70000" }],
    ["APP_URL", { APP_URL: "localhost:3000" }],
    ["APP_URL", { APP_URL: "http://console.example.com" }],
    ["APP_URL", { APP_URL: "http://localhost:3000/console" }],
    ["DATABASE_URL", { DATABASE_URL: "mysql://localhost/keyward" }],
    ["DATABASE_POOL", { DATABASE_POOL: "1" }],
    ["API_KEY_PREFIX", { API_KEY_PREFIX: "has-dash" }],
    ["SESSION_IDLE_MINUTES", { SESSION_IDLE_MINUTES: "0" }],
    ["PASSWORD_MIN_LENGTH", { PASSWORD_MIN_LENGTH: "6" }],
    ["SIGN_UP", { SIGN_UP: "everyone" }],
    ["TRUSTED_PROXIES", { TRUSTED_PROXIES: "10.0.0.0/8,nearby" }],
    ["API_CORS_ORIGINS", { API_CORS_ORIGINS: "*" }],
    ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
    ["AUTH_SECRET_FILE", { AUTH_SECRET_FILE: "/nowhere/secret" }],
    ["HOST", { HOST: "203.0.113.200" }],
    ["HOST", { HOST: "203.0.113.200", WORKERS: "2" }],
    ["WORKERS", { WORKERS: "0" }],
  ];
  for (const [name, settings] of wrong) {
    test(`${Object.entries(settings)
      .map((pair) => pair.join(" "))
      .join(" with ")}`, async () => {
      const port: Record<string, string> = settings.PORT ? {} : { PORT: String(await freePort()) };
      const database = name === "HOST" ? await createTestDatabase() : null;
      expect(
        await refusal({ ...port, ...settings, ...(database && { DATABASE_URL: database.url }) }),
      ).toContain(name);
      await database?.drop();
    });
  }
});

describe("S47 a deployment doesn't start", () => {
  for (const name of ["AUTH_SECRET", "ENCRYPTION_KEYS"] as const) {
    test(`without ${name}, and says how to create one`, async () => {
      expect(await refusal({ ...deployment, [name]: "" })).toMatch(new RegExp(`${name}.*openssl rand`));
    });
  }
  for (const example of [
    "x".repeat(40),
    "change-me-change-me-change-me-change-me",
    "this-is-a-secret-this-is-a-secret-123",
    "too short",
  ]) {
    test(`with the AUTH_SECRET ${example}, without repeating it`, async () => {
      const output = await refusal({ ...deployment, AUTH_SECRET: example });
      expect(output).toContain("AUTH_SECRET");
      expect(output).not.toContain(example);
    });
  }
  test("with ENCRYPTION_KEYS that aren't 32 bytes", async () => {
    expect(await refusal({ ...deployment, ENCRYPTION_KEYS: "c2hvcnQ=" })).toContain("ENCRYPTION_KEYS");
  });
});

describe("a start that fails says why in one line:", () => {
  test("the port is in use", async () => {
    const database = await createTestDatabase();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    expect(await refusal({ PORT: String(port), DATABASE_URL: database.url })).toContain(
      `port ${port} is already in use`,
    );
    await new Promise((resolve) => taken.close(resolve));
    await database.drop();
  });

  test("nothing listens at DATABASE_URL", async () => {
    const output = await refusal({
      DATABASE_URL: `postgresql://keyward:canary-password@127.0.0.1:${await freePort()}/keyward`,
    });
    expect(output).toMatch(/DATABASE_URL|database/i);
    expect(output).not.toContain("canary-password");
  });

  test("the database of DATABASE_URL does not exist", async () => {
    expect(await refusal({ DATABASE_URL: withDatabase(inject("postgresUrl"), "keyward_nowhere") })).toContain(
      "keyward_nowhere",
    );
  });

  test("the password of DATABASE_URL is wrong", async () => {
    const url = new URL(inject("postgresUrl"));
    url.password = "canary-password";
    const output = await refusal({ DATABASE_URL: url.toString() });
    expect(output).toMatch(/password authentication failed|DATABASE_URL/);
    expect(output).not.toContain("canary-password");
  });

  test("a newer version has migrated the database", async () => {
    const database = await createTestDatabase();
    await ask(
      database.url,
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('newer', '', now(), '29990101000000_newer')`,
    );
    const refused = await refusal({ DATABASE_URL: database.url });
    expect(refused).toMatch(/newer version.*29990101000000_newer.*Start that version or a later one/);
    await database.drop();
  });

  test("ENCRYPTION_KEYS can't decrypt the data in the database", async () => {
    const database = await createTestDatabase();
    // No key decrypts this.
    const put = `INSERT INTO mail.outbox (sealed) VALUES (decode(repeat('00', 60), 'hex'))`;
    await ask(database.url, put);
    const keys = randomBytes(32).toString("base64");
    expect(await refusal({ DATABASE_URL: database.url, ENCRYPTION_KEYS: keys })).toMatch(
      /ENCRYPTION_KEYS.*docs\/security\.md, "Lost encryption keys"/,
    );
    expect(await refusal({ DATABASE_URL: database.url })).toMatch(/secrets.*DATA_DIR.*docs\/security\.md/);
    await database.drop();
  });

  test("a file that is named in DATABASE_URL can't be read", async () => {
    const url = `${withoutQuery(inject("postgresUrl"))}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`;
    expect(await refusal({ DATABASE_URL: url })).toMatch(/DATABASE_URL.*\/nowhere\/ca\.pem/);
  });

  test("DATA_DIR is a file", async () => {
    const file = path.join(folder(), "file");
    writeFileSync(file, "");
    expect(await refusal({ DATA_DIR: file })).toContain("DATA_DIR");
    expect(existsSync(path.join(file, "secrets"))).toBe(false);
  });

  test("DATA_DIR can't be read", async () => {
    const dataDir = folder();
    writeFileSync(path.join(dataDir, "secrets"), "");
    chmodSync(path.join(dataDir, "secrets"), 0);
    expect(await refusal({ DATA_DIR: dataDir })).toContain("DATA_DIR");
  });
});

test("a deployment without SMTP_URL says that sign-up is closed", async () => {
  const database = await createTestDatabase();
  // It fails when it tries to listen, after that message.
  const { output } = await startRefused({
    ...deployment,
    HOST: "203.0.113.200",
    PORT: String(await freePort()),
    DATA_DIR: folder(),
    DATABASE_URL: database.url,
    LOG_FORMAT: "pretty",
  });
  expect(output).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} WARN {2}SMTP_URL is not set: sign-up is closed, no mail is sent/m,
  );
  expect(output).not.toMatch(/pool|connection was lost/);
  await database.drop();
});
