import { parseEnv } from "@/lib/server/env";
import { Deliverer } from "@/lib/server/events/deliverer";
import { createServer } from "@/server/create-server";
import { listen, stopOnSignal } from "@/server/shutdown";
import { startRuntime } from "@/server/start-runtime";
import { answerConsoleRead } from "./console-reads";

/** The server without the console: like server/main.ts, but without Next.js. */
const env = parseEnv(process.env);
const { server, stop } = await startRuntime(env, (sentence) => console.error(sentence));
await server.engine.accessLog.start();
await server.engine.leaseKeeper.start();
const deliverer = new Deliverer(server.log);
deliverer.start();
const http = createServer(
  () => {
    // An empty cache makes each decision query PostgreSQL, as a server without leases would have to.
    if (process.env.BENCH_FORGETS) server.engine.keyCache.clear();
    return server;
  },
  (request, response) => void answerConsoleRead(process.env.BENCH_WORKSPACE, request.url ?? "/", response),
);
await listen(http, env);
stopOnSignal(http, server, async () => {
  await deliverer.stop();
  await server.engine.leaseKeeper.stop();
  await server.engine.accessLog.close();
  await stop();
});
// The benchmark asks how many queries key look-ups have made.
process.on("message", () => process.send?.({ keyQueries: server.engine.keyCache.queries }));
