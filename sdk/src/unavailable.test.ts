import { createServer } from "node:net";
import { afterAll, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { startHungServer } from "@/tests/peers/gateways";
import { useKeyApiServer } from "@/tests/processes/key-api-server";
import { freePort } from "@/tests/processes/started-server";
import { waitUntil } from "@/tests/wait-until";
import { createKeyward } from "./create-keyward";
import { KeywardConfigurationError, type KeywardError, KeywardUnavailableError } from "./keyward-error";

const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const server = useKeyApiServer();
const headers = ["x-api-key", "kw_sk_any"];
const opened: { close(): void }[] = [];
afterAll(() => {
  for (const one of opened) one.close();
});

/** A server that treats each connection as told, by the number of the connection. */
async function startPeer(
  answer: (count: number) => string | null,
): Promise<{ url: string; count(): number }> {
  let count = 0;
  const peer = createServer((socket) => {
    const text = answer(count);
    count += 1;
    socket.on("error", () => {});
    if (text === null) socket.destroy();
    else socket.once("data", () => socket.end(text));
  });
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
  opened.push(peer);
  return { url: `http://127.0.0.1:${(peer.address() as { port: number }).port}`, count: () => count };
}

const http = (status: string, body: string, more = "") =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${more}Connection: close\r\n\r\n${body}`;

test("S50 while Keyward is down every request is rejected: verify throws, or denies if configured to", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const heard: KeywardError[] = [];
  const onError = (error: KeywardError) => heard.push(error);
  await expect(createKeyward({ url, serviceToken, onError }).verify({ headers })).rejects.toThrow(
    KeywardUnavailableError,
  );
  expect(heard).toEqual([]);
  const denying = createKeyward({ url, serviceToken, onUnavailable: "deny", onError });
  expect(await denying.verify({ headers })).toMatchObject({
    valid: false,
    code: "unavailable",
    status: 503,
    retryAfterSeconds: 1,
  });
  expect(heard).toHaveLength(1);
});

test("S50 while Keyward hangs verify fails within the timeout, after one request", async () => {
  const hung = await startHungServer();
  opened.push(hung);
  const keyward = createKeyward({ url: `http://127.0.0.1:${hung.port}`, serviceToken, timeoutMs: 300 });
  await expect(keyward.verify({ headers })).rejects.toThrow("did not answer within 300 ms");
  await waitUntil("the connection is accepted", async () => hung.connections() > 0);
  expect(hung.connections()).toBe(1);
});

test("a failed connection is retried once", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const good = await fetch(`${server.origin()}/api/v1/verify`, {
    method: "POST",
    headers: { authorization: `Bearer ${serviceToken}`, "content-type": "application/json" },
    body: JSON.stringify({ key: secret }),
  });
  const answer = http("200 OK", await good.text());
  const broken = await startPeer((count) => (count === 0 ? null : answer));
  expect(await createKeyward({ url: broken.url, serviceToken }).verify({ headers })).toMatchObject({
    valid: true,
  });
  expect(broken.count()).toBe(2);
  const dead = await startPeer(() => null);
  await expect(createKeyward({ url: dead.url, serviceToken }).verify({ headers })).rejects.toThrow(
    "could not be reached",
  );
  expect(dead.count()).toBe(2);
});

test("a rejected verify request is reported as a configuration error", async () => {
  for (const status of ["400 Bad Request", "404 Not Found", "405 Method Not Allowed"]) {
    const peer = await startPeer(() => http(status, "<html>"));
    const keyward = createKeyward({ url: peer.url, serviceToken, onUnavailable: "deny" });
    await expect(keyward.verify({ headers }), status).rejects.toThrow(KeywardConfigurationError);
  }
});

test("S50 a response that doesn't come from Keyward never allows a request", async () => {
  const answers = [
    http("200 OK", "<html>Welcome</html>"),
    http("200 OK", "true"),
    http("200 OK", "{}"),
    http("200 OK", '{"valid":true}'),
    http("200 OK", '{"valid":true,"code":"valid","permission_level":"read_write","expires_at":null}'),
    http("200 OK", '{"valid":"true","code":"valid"}'),
    http("200 OK", '{"valid":false,"code":"revoked_key","message":"x","status":200}'),
    http("204 No Content", ""),
    http("502 Bad Gateway", "{}"),
    http("429 Too Many Requests", "{}"),
    http("302 Found", "", "Location: /elsewhere\r\n"),
    "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
  ];
  for (const text of answers) {
    const peer = await startPeer(() => text);
    const keyward = createKeyward({ url: peer.url, serviceToken });
    await expect(keyward.verify({ headers }), text).rejects.toThrow(KeywardUnavailableError);
  }
  const busy = await startPeer(() => http("503 Service Unavailable", "{}", "Retry-After: 7\r\n"));
  const error = await createKeyward({ url: busy.url, serviceToken })
    .verify({ headers })
    .catch((thrown) => thrown);
  expect([error.retryAfterSeconds, busy.count()]).toEqual([7, 1]);
});
