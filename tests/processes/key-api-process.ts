import type { AddressInfo } from "node:net";
import { parseEnv } from "@/lib/server/env";
import { createServer } from "@/server/create-server";
import { stopOnSignal } from "@/server/shutdown";
import { startRuntime } from "@/server/start-runtime";

/** The server without the console in a separate process, for tests that read its output or kill it. */
const env = parseEnv(process.env);
const { server, stop } = await startRuntime(env, (sentence) => console.error(sentence));
await server.engine.accessLog.start();
await server.engine.leaseKeeper.start();
const http = createServer(
  () => server,
  (_request, response) => void response.writeHead(404).end(),
);
stopOnSignal(http, server, async () => {
  await server.engine.leaseKeeper.stop();
  await server.engine.accessLog.close();
  await stop();
});
const port = Number(process.env.PORT ?? 0);
http.listen(port, "127.0.0.1", () => console.log(`listening on ${(http.address() as AddressInfo).port}`));
