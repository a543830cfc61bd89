import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseEnv } from "@/lib/server/env";
import { Deliverer } from "@/lib/server/events/deliverer";
import { startRuntime } from "@/server/start-runtime";

/** An instance that only delivers events, in a separate process, for tests that kill it. It listens to say that it is ready. */
const { server, stop } = await startRuntime(parseEnv(process.env), (sentence) => console.error(sentence));
const deliverer = new Deliverer(server.log);
deliverer.start();
process.once("SIGTERM", async () => {
  await deliverer.stop();
  await stop();
  process.exit(0);
});
const http = createServer((_request, response) => void response.end());
http.listen(0, "127.0.0.1", () => console.log(`listening on ${(http.address() as AddressInfo).port}`));
