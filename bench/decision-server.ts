import { createServer } from "node:http";
import { parseEnv } from "@/lib/server/env";
import { answerOwnRoute } from "@/server/own-routes";
import { factsOf } from "@/server/request-facts";
import { listen, stopOnSignal } from "@/server/shutdown";
import { startRuntime } from "@/server/start-runtime";

/** What decides about keys without the console: the same as server/main.ts, but nothing of Next.js is loaded. */
const env = parseEnv(process.env);
const { server, stop } = await startRuntime(env, (sentence) => console.error(sentence));
await server.accessLog.start();
await server.leaseKeeper.start();
const http = createServer({ requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 65_000 });
http.on("request", (request, response) => {
  answerOwnRoute(request, response, factsOf(request, env), server);
});
await listen(http, env);
stopOnSignal(http, async () => {
  await server.leaseKeeper.stop();
  await server.accessLog.close();
  await stop();
});
// The benchmark asks how many queries the look-ups of keys have cost.
process.on("message", () => process.send?.({ keyQueries: server.keyCache.queries }));
