import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { root } from "./server-process";

/**
 * Receives events over https, on a port for each endpoint, and remembers when each event first arrived. The benchmark controls it over
 * plain HTTP: `/ready` tells the ports, `/arrivals` the times, `/hang` lets the last endpoint answer no more, `/reset` forgets everything.
 */
const endpoints = 10;
const folder = path.join(root, "tests/peers/certificates");
const certificate = {
  cert: readFileSync(path.join(folder, "receiver.pem")),
  key: readFileSync(path.join(folder, "receiver-key.pem")),
};

let arrivals: Record<string, number> = {};
let hangs = false;
const hanging = new Set<ServerResponse>();

function startEndpoint(index: number): Promise<number> {
  const server = createSecureServer(certificate, (request, response) => {
    const id = request.headers["webhook-id"] as string;
    arrivals[id] ??= Date.now();
    request.resume();
    request.on("end", () => {
      if (hangs && index === endpoints - 1) hanging.add(response);
      else response.writeHead(204).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  return listen(server, 0);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) =>
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
}

function reset(): void {
  hangs = false;
  for (const response of hanging) response.destroy();
  hanging.clear();
  arrivals = {};
}

const ports = await Promise.all(Array.from({ length: endpoints }, (_, index) => startEndpoint(index)));
const control = createServer((request, response) => {
  if (request.url === "/hang") hangs = true;
  if (request.url === "/reset") reset();
  response.end(JSON.stringify(request.url === "/arrivals" ? arrivals : ports));
});
await listen(control, Number(process.env.PORT));
