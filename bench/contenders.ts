import path from "node:path";
import { generateSecret } from "@/lib/engine/keys/key-format";
import { addKeys } from "./add-keys";
import type { BenchDatabase, Database } from "./bench-database";
import { type ServerProcess, startServer } from "./server-process";

/** A running server that is measured. */
export type Contender = {
  name: ContenderName;
  servers: ServerProcess[];
  /** The requests to send in turn, as raw text. */
  requests: string[];
  /** How many of its answers are logged in PostgreSQL. Null if it doesn't log them. */
  recorded: (() => Promise<number>) | null;
};

export const contenderTitles = {
  bare: "node:http, no check",
  keyward: "Keyward, as `npm start` runs it",
  decisions: "Keyward without the console",
  three: "Keyward, three instances",
  asking: "Keyward, querying PostgreSQL each time",
  betterAuth: "better-auth, best setting",
  betterAuthDefault: "better-auth, default",
} as const;
export type ContenderName = keyof typeof contenderTitles;

/** How long each is warmed up. V8 needs longer to compile Next.js and better-auth. */
export const slowToWarm: ReadonlySet<ContenderName> = new Set(["keyward", "betterAuth", "betterAuthDefault"]);

export async function startContender(name: ContenderName, bench: BenchDatabase): Promise<Contender> {
  if (name === "bare") return startBare();
  if (name === "betterAuth" || name === "betterAuthDefault") return startBetterAuth(name, bench);
  return startKeyward(name, bench);
}

async function startBare(): Promise<Contender> {
  const server = await startServer(["dist/bench-bare-server.mjs"], {}, { path: "/" });
  return {
    name: "bare",
    servers: [server],
    requests: [gatewayRequest("kw_sk_nobody_looks")],
    recorded: null,
  };
}

async function startKeyward(
  name: "keyward" | "decisions" | "three" | "asking",
  bench: BenchDatabase,
): Promise<Contender> {
  const database = await bench.create(`bench_${name}`);
  const program =
    name === "keyward" ? ["--enable-source-maps", "dist/server.mjs"] : ["dist/bench-decision-server.mjs"];
  const settings = {
    DATABASE_URL: database.url,
    // Each database needs its own data folder.
    DATA_DIR: path.join(bench.folder, name),
    LOG_LEVEL: "warn",
    ...(name === "asking" && { BENCH_FORGETS: "1" }),
  };
  const secrets = name === "asking" ? await makeKeys(database, bench) : [bench.secret];
  const servers: ServerProcess[] = [];
  for (let instance = 0; instance < (name === "three" ? 3 : 1); instance += 1)
    servers.push(await startServer(program, settings, { path: "/api/ready" }));
  if (name === "keyward") await servePages(servers[0] as ServerProcess);
  return {
    name,
    servers,
    requests: secrets.map(gatewayRequest),
    recorded: async () => {
      const [row] = await database.query<{ count: number }>(
        "SELECT coalesce(sum(allowed), 0)::int AS count FROM access_log.hourly_uses",
      );
      return row?.count ?? 0;
    },
  };
}

/** One key per connection: simultaneous requests with the same key would share one look-up. */
async function makeKeys(database: Database, bench: BenchDatabase): Promise<string[]> {
  const secrets = Array.from({ length: 64 }, () => generateSecret("kw_sk_"));
  await addKeys(database, bench.keyId, secrets.length + 1, secrets);
  return secrets;
}

/** After serving its first page, Next.js tracks every promise of the process. Decisions are measured after that. */
async function servePages({ port }: ServerProcess): Promise<void> {
  for (let visit = 0; visit < 5; visit += 1) {
    const page = await fetch(`http://127.0.0.1:${port}/sign-in`, { signal: AbortSignal.timeout(30_000) });
    if (!page.ok) throw new Error(`The sign-in page answered ${page.status}`);
    await page.text();
  }
}

async function startBetterAuth(
  name: "betterAuth" | "betterAuthDefault",
  bench: BenchDatabase,
): Promise<Contender> {
  const database = await bench.create(`bench_${name.toLowerCase()}`, { empty: true });
  const setting = name === "betterAuth" ? "best" : "default";
  const server = await startServer(
    ["bench/better-auth-server.mjs"],
    { DATABASE_URL: database.url, BETTER_AUTH_SETTING: setting },
    { path: "/ready" },
  );
  const { key } = await server.ask<{ key: string }>();
  return { name, servers: [server], requests: [gatewayRequest(key)], recorded: null };
}

/** The request of a gateway. All contenders get the same, whether they need it or not. */
export function gatewayRequest(secret: string): string {
  return [
    "GET /api/forward-auth HTTP/1.1",
    "Host: keyward.example.test",
    "X-Forwarded-Method: GET",
    "X-Forwarded-Uri: /v1/documents?page=2",
    "X-Forwarded-For: 203.0.113.9",
    `Authorization: Bearer ${secret}`,
    "User-Agent: python-requests/2.32",
    "Accept: */*",
    "",
    "",
  ].join("\r\n");
}
