import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Duplex } from "node:stream";

const folder = path.join(import.meta.dirname, "certificates");
/** The certificate authority of receivers. NODE_EXTRA_CA_CERTS names it wherever tests run. */
export const receiverCa = path.join(folder, "ca.pem");

export type ReceivedEvent = { path: string; headers: IncomingHttpHeaders; body: string };
/** What a receiver answers; "hang" for no answer. */
export type ReceiverAnswer = { status: number; headers?: Record<string, string>; body?: string } | "hang";

export type EventReceiver = {
  origin: string;
  port: number;
  received: ReceivedEvent[];
  /** Connections that have been made, with or without a request. */
  connections(): number;
  /** 204 by default. */
  answer(how: (event: ReceivedEvent) => ReceiverAnswer | Promise<ReceiverAnswer>): void;
  close(): Promise<void>;
};

/** A real https server that receives events, on this machine. */
export async function startEventReceiver(host = "127.0.0.1", portWanted = 0): Promise<EventReceiver> {
  const received: ReceivedEvent[] = [];
  const sockets = new Set<Duplex>();
  let decide: Parameters<EventReceiver["answer"]>[0] = () => ({ status: 204 });
  const server = createServer(
    {
      cert: readFileSync(path.join(folder, "receiver.pem")),
      key: readFileSync(path.join(folder, "receiver-key.pem")),
    },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", async () => {
        const event = {
          path: request.url ?? "",
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        };
        received.push(event);
        const answer = await decide(event);
        if (answer !== "hang") response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    },
  );
  let connections = 0;
  server.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(portWanted, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://${host}:${port}`,
    port,
    received,
    connections: () => connections,
    answer: (how) => {
      decide = how;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
