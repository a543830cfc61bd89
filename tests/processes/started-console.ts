import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../database/database";
import { password } from "../factories/factories";
import { Browser } from "../peers/http-client";
import { type StartedServer, startServer } from "./started-server";

export type StartedConsole = {
  database(): TestDatabase;
  server(): StartedServer;
  /** Starts another instance on the same database. It ends with the test file. */
  another(settings?: Record<string, string>): Promise<StartedServer>;
  browser(): Browser;
  /** Creates a person with a workspace and signs them in. */
  signedUp(): Promise<{ browser: Browser; email: string; slug: string }>;
};

/** Starts the built server in a separate process, on a database for the test file. */
export function useStartedConsole(settings: Record<string, string> = {}): StartedConsole {
  let database: TestDatabase;
  const servers: StartedServer[] = [];
  async function another(more: Record<string, string> = {}): Promise<StartedServer> {
    const started = await startServer({
      LOG_LEVEL: "warn",
      ...settings,
      ...more,
      DATABASE_URL: more.DATABASE_URL ?? database.url,
    });
    servers.push(started);
    return started;
  }
  // Starting takes seconds on a busy machine.
  vi.setConfig({ testTimeout: 60_000 });
  const first = () => servers[0] as StartedServer;
  beforeAll(async () => {
    database = await createTestDatabase();
    await another();
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop("SIGINT")));
    await database?.drop();
  });
  return {
    database: () => database,
    server: first,
    another,
    browser: () => new Browser(first().port),
    async signedUp() {
      const browser = new Browser(first().port);
      const email = `${randomBytes(5).toString("hex")}@example.test`;
      const made = await browser.post("/api/sign-up", {
        name: "Grace",
        email,
        password,
        workspaceName: "Canary workspace",
      });
      await browser.post("/api/sign-in", { email, password });
      return { browser, email, slug: (made.json as { workspaceSlug: string }).workspaceSlug };
    },
  };
}
