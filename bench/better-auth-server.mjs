/**
 * better-auth's API-key plugin behind node:http, set up as documented. `BETTER_AUTH_SETTING` is `best` (keys in secondary storage,
 * a Map in this process, and updates deferred until after the response) or `default` (keys in PostgreSQL). It answers 200 for a
 * valid key, without the details that Keyward returns.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import pg from "pg";

const best = process.env.BETTER_AUTH_SETTING === "best";
const stored = new Map();

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${process.env.PORT}`,
  secret: randomBytes(32).toString("hex"),
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 }),
  secondaryStorage: best
    ? {
        get: (key) => stored.get(key) ?? null,
        set: (key, value) => void stored.set(key, value),
        delete: (key) => void stored.delete(key),
      }
    : undefined,
  emailAndPassword: { enabled: true },
  logger: { disabled: true },
  telemetry: { enabled: false },
  plugins: [
    apiKey({
      ...(best && { storage: "secondary-storage", deferUpdates: true }),
      rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: 2_000_000_000 },
    }),
  ],
});

const context = await auth.$context;
await context.runMigrations();
const { user } = await auth.api.signUpEmail({
  body: {
    name: "Ada",
    email: `${randomBytes(6).toString("hex")}@example.test`,
    password: randomBytes(12).toString("hex"),
  },
});
const { key } = await auth.api.createApiKey({ body: { name: "bench", userId: user.id } });
process.on("message", () => process.send({ key }));

createServer(
  { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 65_000 },
  async (request, response) => {
    if (request.url === "/ready") return response.writeHead(200, { "Content-Length": 0 }).end();
    const presented = request.headers.authorization?.slice("Bearer ".length) ?? "";
    const { valid } = await auth.api.verifyApiKey({ body: { key: presented } });
    response.writeHead(valid ? 200 : 401, { "Content-Length": 0 });
    response.end();
  },
).listen(Number(process.env.PORT), "127.0.0.1");
