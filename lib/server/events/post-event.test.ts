import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import {
  type BadReceiver,
  startTcpReceiver,
  startTlsReceiver,
  writeForever,
  writeSlowly,
} from "@/tests/peers/bad-receivers";
import { startDnsServer } from "@/tests/peers/dns-server";
import { type EventReceiver, startEventReceiver } from "@/tests/peers/event-receiver";
import { waitUntil } from "@/tests/wait-until";
import { inTrace } from "../trace";
import { type Attempt, postEvent } from "./post-event";

const dns = await startDnsServer();
/** Of this machine, 127.0.0.1 is not allowed: it stands for what an attacker wants to reach. */
useRuntime({ DNS_SERVERS: dns.address, WEBHOOK_ALLOW_CIDRS: "127.0.0.2/31,127.0.0.8/32,::1/128" });
afterAll(() => dns.close());

const closing: { close(): Promise<void> }[] = [];
const closeLater = <Peer extends { close(): Promise<void> }>(peer: Peer): Peer => {
  closing.push(peer);
  return peer;
};
beforeEach(() => dns.addresses.clear());
afterEach(async () => {
  await Promise.all(closing.splice(0).map((peer) => peer.close()));
});

const secrets = [Buffer.from("a secret of the receiver")];
const body = JSON.stringify({ type: "test" });
async function post(endpointUrl: string): Promise<Attempt> {
  return (await postEvent({ endpointUrl, eventId: "evt_1", body, secrets })).attempt;
}
/** Two receivers at one port: one that may be called, and what an attacker wants to reach instead. */
async function startPair(): Promise<{ allowed: EventReceiver; private: EventReceiver; port: number }> {
  const allowed = closeLater(await startEventReceiver("127.0.0.2"));
  const victim = closeLater(await startEventReceiver("127.0.0.1", allowed.port));
  return { allowed, private: victim, port: allowed.port };
}

test("S76 a name that changes its address after the look-up gets no connection to the other address", async () => {
  const { allowed, private: victim, port } = await startPair();
  let answers = 0;
  dns.addresses.set("rebinding.receiver.test", () => [++answers === 1 ? "127.0.0.2" : "127.0.0.1"]);
  const url = `https://rebinding.receiver.test:${port}/`;
  expect(await post(url)).toMatchObject({ status: 204, error: null });
  // One look-up for one connection: there is no second answer that could differ from the first.
  expect(answers).toBe(1);
  expect(allowed.received).toHaveLength(1);

  await allowed.close();
  closing.splice(closing.indexOf(allowed), 1);
  await waitUntil("an attempt needs another connection", async () => answers > 1 || !(await post(url)));
  expect((await post(url)).error).toBe("The host rebinding.receiver.test can’t be found, or isn’t public.");
  expect(victim.connections()).toBe(0);
});

test("S62 S76 each delivery checks the address again, also if the URL has one in place of a name", async () => {
  const { private: victim, port } = await startPair();
  dns.addresses.set("moved.receiver.test", ["127.0.0.2"]);
  dns.addresses.set("mixed.receiver.test", ["127.0.0.2", "127.0.0.1"]);
  expect((await post(`https://moved.receiver.test:${port}/`)).status).toBe(204);
  for (const host of ["mixed.receiver.test", "127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
    expect((await post(`https://${host}:${port}/`)).error).toMatch(/isn’t public/);
  expect((await post(`https://unknown.receiver.test:${port}/`)).error).toBe(
    "The host unknown.receiver.test can’t be found, or isn’t public.",
  );
  expect(victim.connections()).toBe(0);
});

test("S76 a kept connection serves only the host name that it was made for", async () => {
  const { allowed, private: victim, port } = await startPair();
  const third = closeLater(await startEventReceiver("127.0.0.3", port));
  dns.addresses.set("a.receiver.test", ["127.0.0.2"]);
  dns.addresses.set("b.receiver.test", ["127.0.0.1"]);
  dns.addresses.set("c.receiver.test", ["127.0.0.3"]);
  const rounds = 6;
  for (let round = 0; round < rounds; round += 1) {
    const [a, b, c] = await Promise.all(
      ["a", "b", "c"].map((name) => post(`https://${name}.receiver.test:${port}/${name}`)),
    );
    expect([a?.status, c?.status]).toEqual([204, 204]);
    expect(b?.error).toContain("isn’t public");
  }
  const seen = (receiver: EventReceiver) =>
    receiver.received.map(({ path, headers }) => `${headers.host}${path}`);
  expect(new Set(seen(allowed))).toEqual(new Set([`a.receiver.test:${port}/a`]));
  expect(new Set(seen(third))).toEqual(new Set([`c.receiver.test:${port}/c`]));
  expect(victim.connections()).toBe(0);
  // Kept: not one for each request.
  for (const receiver of [allowed, third]) expect(receiver.connections()).toBeLessThan(rounds);
});

test("S62 S76 a redirect is an answer that failed, wherever it leads", async () => {
  const { allowed, private: victim, port } = await startPair();
  dns.addresses.set("redirecting.receiver.test", ["127.0.0.2"]);
  for (const status of [301, 302, 303, 307, 308]) {
    allowed.answer(() => ({ status, headers: { location: `https://127.0.0.1:${port}/` } }));
    expect(await post(`https://redirecting.receiver.test:${port}/`)).toMatchObject({
      status,
      error: `It answered ${status}. Redirects aren’t followed.`,
    });
  }
  expect([allowed.received.length, victim.connections()]).toEqual([5, 0]);
});

test("an event that is sent for a request continues its trace, and others have none", async () => {
  const receiver = closeLater(await startEventReceiver("127.0.0.2"));
  dns.addresses.set("traced.receiver.test", ["127.0.0.2"]);
  const url = `https://traced.receiver.test:${receiver.port}/`;
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  await inTrace(`00-${traceId}-00f067aa0ba902b7-01`, () => post(url));
  await post(url);
  expect(receiver.received.map(({ headers }) => headers.traceparent)).toEqual([
    expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`)),
    undefined,
  ]);
});

test("S76 an endpoint that breaks TLS or HTTP is a failed attempt with clear words", async () => {
  const start = async (peer: Promise<BadReceiver>) => closeLater(await peer).origin;
  const at = { host: "127.0.0.2" };
  const port = (origin: string) => new URL(origin).port;
  const named = (origin: string) => `https://bad.receiver.test:${port(origin)}/`;
  dns.addresses.set("bad.receiver.test", ["127.0.0.2"]);
  dns.addresses.set("receiver.elsewhere.test", ["127.0.0.2"]);
  const { allowed } = await startPair();
  const status = (socket: { end(text: string): unknown }) =>
    socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  const words = async (url: string) => (await post(url)).error;

  expect(await words(`https://receiver.elsewhere.test:${allowed.port}/`)).toBe(
    "Its certificate isn’t valid (ERR_TLS_CERT_ALTNAME_INVALID).",
  );
  expect(await words(`https://127.0.0.2:${allowed.port}/`)).toBe(
    "Its certificate isn’t valid (ERR_TLS_CERT_ALTNAME_INVALID).",
  );
  const stranger = named(await start(startTlsReceiver(status, { ...at, certificate: "stranger" })));
  expect(await words(stranger)).toBe("Its certificate isn’t valid (DEPTH_ZERO_SELF_SIGNED_CERT).");
  expect(await words(named(await start(startTlsReceiver(status, at))))).toBeNull();

  const reset = named(await start(startTlsReceiver((socket) => socket.destroy(), at)));
  expect(await words(reset)).toBe("The connection was closed before an answer.");
  const garbage = named(await start(startTlsReceiver((socket) => socket.end("SSH-2.0-x\r\n\r\n"), at)));
  expect(await words(garbage)).toBe("The answer isn’t valid HTTP.");
  const headers = `HTTP/1.1 200 OK\r\n${`x-a: ${"a".repeat(1000)}\r\n`.repeat(20)}\r\n`;
  const huge = named(await start(startTlsReceiver((socket) => socket.end(headers), at)));
  expect(await words(huge)).toBe("The headers of the answer are too large.");
  await allowed.close();
  closing.splice(closing.indexOf(allowed), 1);
  expect(await words(`https://bad.receiver.test:${allowed.port}/`)).toBe("The connection was refused.");
});

test("S76 slow and silent endpoints end after 10 seconds, and endless answers cost bounded memory", async () => {
  const at = { host: "127.0.0.2" };
  dns.addresses.set("slow.receiver.test", ["127.0.0.2"]);
  let written = () => 0;
  const start = async (peer: Promise<BadReceiver>) =>
    `https://slow.receiver.test:${new URL(closeLater(await peer).origin).port}/`;
  const head = "HTTP/1.1 200 OK\r\n";
  const endless = await start(
    startTlsReceiver((socket) => {
      socket.write(`${head}Content-Type: text/plain\r\n\r\n`);
      written = writeForever(socket, "a".repeat(16 * 1024));
    }, at),
  );
  const silent = await start(startTlsReceiver(() => {}, at));
  const slowHead = await start(
    startTlsReceiver((socket) => {
      socket.write(head);
      writeSlowly(socket, "x: y\r\n");
    }, at),
  );
  const slowBody = await start(
    startTlsReceiver((socket) => {
      socket.write(`HTTP/1.1 500 Oh\r\n\r\nbegin`);
      writeSlowly(socket, ".");
    }, at),
  );
  const slowSuccess = await start(
    startTlsReceiver((socket) => {
      socket.write(`${head}\r\n`);
      writeSlowly(socket, ".");
    }, at),
  );
  const handshake = closeLater(await startTcpReceiver(() => {}, "127.0.0.2"));
  const handshakeUrl = `https://slow.receiver.test:${new URL(handshake.origin).port}/`;

  const attempts = await Promise.all(
    [endless, silent, slowHead, slowBody, slowSuccess, handshakeUrl].map(post),
  );
  const late = { status: null, error: "No answer within 10 seconds.", answer: "" };
  expect(attempts).toMatchObject([
    { status: 200, error: null, answer: "a".repeat(4096) },
    late,
    late,
    { status: 500, error: "It answered 500.", answer: expect.stringMatching(/^begin\.+$/) },
    { status: 200, error: null },
    late,
  ]);
  // With what the sockets of both ends hold.
  expect(written()).toBeLessThan(16 * 1024 * 1024);
  for (const { latencyMs } of attempts) expect(latencyMs).toBeLessThan(15_000);
});

test("an attempt that is ended early says nothing about the endpoint, before and after it is connected", async () => {
  dns.addresses.set("stopped.receiver.test", ["127.0.0.2"]);
  const { allowed, port } = await startPair();
  allowed.answer(() => "hang");
  let connected = 0;
  const handshake = closeLater(
    await startTcpReceiver(() => {
      connected += 1;
    }, "127.0.0.2"),
  );
  const stop = new AbortController();
  const attempts = [port, new URL(handshake.origin).port].map((at) =>
    postEvent(
      { endpointUrl: `https://stopped.receiver.test:${at}/`, eventId: "evt_1", body, secrets },
      stop.signal,
    ),
  );
  await waitUntil("both are under way", async () => allowed.received.length === 1 && connected === 1);
  stop.abort();
  expect(await Promise.all(attempts)).toEqual([null, null]);
  expect(
    await postEvent(
      { endpointUrl: `https://stopped.receiver.test:${port}/`, eventId: "evt_1", body, secrets },
      stop.signal,
    ),
  ).toBeNull();
  expect(allowed.received).toHaveLength(1);
});

test("S76 a name with addresses of both kinds is reached at the one that answers", async () => {
  const receiver = closeLater(await startEventReceiver("::1"));
  dns.addresses.set("dual.receiver.test", ["127.0.0.8", "::1"]);
  expect(await post(`https://dual.receiver.test:${receiver.port}/`)).toMatchObject({ status: 204 });
});
