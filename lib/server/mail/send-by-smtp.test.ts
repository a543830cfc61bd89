import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { sendBySmtp } from "./send-by-smtp";

const message = { from: "a@example.test", to: "b@example.test", subject: "Hello", text: "Hello" };
let stop = () => {};
afterEach(() => stop());

/** A mail server of which each test says what it does; it never closes a connection itself. */
async function startServer(serve: (socket: Socket) => void) {
  const closed: Promise<unknown>[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.resume();
    closed.push(new Promise((resolve) => socket.on("close", resolve)));
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stop = () => server.close();
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, closed };
}

function trickle(socket: Socket): void {
  socket.write("220 ready\r\n");
  // One line of an answer that never ends, again and again.
  const timer = setInterval(() => socket.write("250-more\r\n"), 5);
  socket.on("close", () => clearInterval(timer));
}

test("sending to a server that never responds times out and closes the connection", async () => {
  const { url, closed } = await startServer((socket) => {
    // Ending this half too is what shows the server that both are closed.
    socket.on("end", () => socket.end());
  });
  await expect(sendBySmtp(message, url, { stepMs: 50 })).rejects.toMatchObject({ code: "ETIMEDOUT" });
  expect(closed).toHaveLength(1);
  await Promise.all(closed);
});

test("sending to a server that keeps sending times out and closes the connection", async () => {
  const { url, closed } = await startServer(trickle);
  await expect(sendBySmtp(message, url, { wholeMs: 200 })).rejects.toMatchObject({ code: "EABORT" });
  expect(closed).toHaveLength(1);
  await Promise.all(closed);
});
