import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type SeenRequest = {
  method: string;
  url: string;
  rawHeaders: string[];
  /** The trailers. */
  rawTrailers: string[];
  body: string;
};

/** An API behind a gateway. It records the requests that reach it, and echoes WebSocket messages. */
export async function startProtectedApi() {
  const seen: SeenRequest[] = [];
  const see = ({ method = "", url = "", rawHeaders, rawTrailers }: IncomingMessage, body: string) =>
    seen.push({ method, url, rawHeaders, rawTrailers, body });
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    see(request, body);
    response.end("the API answers");
  });
  server.on("upgrade", (request, socket) => {
    see(request, "");
    socket.on("error", () => {});
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${acceptOf(request)}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** RFC 6455 §4.2.2. */
function acceptOf(request: IncomingMessage): string {
  const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  return createHash("sha1").update(key).digest("base64");
}
