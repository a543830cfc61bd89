import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { closeListener } from "./close-listener";

afterEach(() => void vi.useRealTimers());

const times = { minimumMs: 3000, quietMs: 250, maximumMs: 5000 };

async function start() {
  const server = createServer((socket) => void socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
  const closed = closeListener(server, times);
  return {
    server,
    closed,
    connectOnce: async () => {
      const accepted = once(server, "connection");
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
      await accepted;
      socket.destroy();
    },
  };
}

test("a listener without new connections stays open until load balancers had time to check", async () => {
  const { server, closed } = await start();
  await vi.advanceTimersByTimeAsync(times.minimumMs - 50);
  expect(server.listening).toBe(true);
  await vi.advanceTimersByTimeAsync(100);
  await closed;
  expect(server.listening).toBe(false);
});

test("a listener with new connections stays open until none comes, or for the maximum time", async () => {
  const { server, closed, connectOnce } = await start();
  for (let passed = 0; passed < times.maximumMs - 200; passed += 200) {
    await connectOnce();
    await vi.advanceTimersByTimeAsync(200);
    expect(server.listening).toBe(true);
  }
  await connectOnce();
  await vi.advanceTimersByTimeAsync(250);
  await closed;
  expect(server.listening).toBe(false);
});
