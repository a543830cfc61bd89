import { readFileSync } from "node:fs";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";

const folder = path.join(import.meta.dirname, "certificates");
const read = (name: string) => readFileSync(path.join(folder, name));

export type BadReceiver = { origin: string; close(): Promise<void> };

/** A TLS server that does something as soon as a request has come. */
export function startTlsReceiver(
  onRequest: (socket: TLSSocket) => void,
  { certificate = "receiver", host = "127.0.0.1" } = {},
): Promise<BadReceiver> {
  const options = { cert: read(`${certificate}.pem`), key: read(`${certificate}-key.pem`) };
  const server = createTlsServer(options, (socket) => {
    socket.on("error", () => {});
    socket.once("data", () => onRequest(socket));
  });
  server.on("tlsClientError", () => {});
  return listen(server, host);
}

/** A server that does something as soon as it is connected to, before any TLS. */
export function startTcpReceiver(onConnection: (socket: Socket) => void, host: string): Promise<BadReceiver> {
  return listen(createTcpServer(onConnection), host);
}

async function listen(server: Server, host: string): Promise<BadReceiver> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    origin: `https://${host}:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Writes a text again and again, as fast as it is taken, until the other end closes. @returns How many bytes it has written. */
export function writeForever(socket: Socket, text: string): () => number {
  const write = () => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on("drain", write);
  write();
  return () => socket.bytesWritten;
}

/** Writes a text again once a second. */
export function writeSlowly(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 1_000);
  socket.on("close", () => clearInterval(timer));
}
