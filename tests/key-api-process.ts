import type { AddressInfo } from "node:net";
import { parseEnv } from "@/lib/server/env";
import { createServer } from "@/server/create-server";
import { startRuntime } from "@/server/start-runtime";

/** What decides about keys as a process of its own, without the console: for tests that look at what it prints, or kill it. */
const env = parseEnv(process.env);
const { server } = await startRuntime(env, (sentence) => console.error(sentence));
await server.accessLog.start();
await server.leaseKeeper.start();
const http = createServer(
  () => server,
  (_request, response) => void response.writeHead(404).end(),
);
http.listen(0, "127.0.0.1", () => console.log(`listening on ${(http.address() as AddressInfo).port}`));
