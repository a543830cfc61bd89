import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { createServer } from "@/server/create-server";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { startTlsProxy, type TlsProxy } from "@/tests/peers/tls-proxies";
import { sendRaw } from "@/tests/processes/key-api-server";

const metricsToken = randomBytes(16).toString("hex");
useRuntime({
  APP_URL: "https://localhost",
  AUTH_SECRET: randomBytes(33).toString("base64"),
  ENCRYPTION_KEYS: randomBytes(32).toString("base64"),
  METRICS_TOKEN: metricsToken,
});
const hsts = "max-age=31536000; includeSubDomains";
/** Instead of Next.js. It sets the header that the console sets. */
const server = createServer(runtime, (_request, response) =>
  response.writeHead(200, { "Strict-Transport-Security": hsts }).end("a page"),
);

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.each(["nginx", "caddy"] as const)("behind %s", (name) => {
  let proxy: TlsProxy;
  beforeAll(async () => {
    proxy = await startTlsProxy(name, (server.address() as AddressInfo).port);
  });
  afterAll(() => proxy?.stop());

  async function overTls(path: string, headers: Record<string, string> = {}) {
    const to = { host: "127.0.0.1", port: proxy.httpsPort, servername: "localhost", path };
    const sent = request({ ...to, headers: { host: "localhost", ...headers }, agent: false });
    const answer = new Promise<IncomingMessage>((resolve, reject) =>
      sent.on("response", resolve).on("error", reject),
    );
    sent.end();
    const response = await answer;
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  test("a key passes over TLS, from the client's own address, whatever the client claims", async () => {
    const { actor } = await makeWorkspace();
    const { secret } = await makeKey(actor, { allowedIps: ["127.0.0.1"] });
    const claims = { "x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "http" };
    const answer = await overTls("/api/public/v1/me", { "x-api-key": secret, ...claims });
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining(actor.workspaceId)]);
  });

  test("without TLS, pages are redirected and programs are refused", async () => {
    const ask = (path: string) => sendRaw(proxy.httpPort, path, {});
    expect(await ask("/sign-in?next=%2Facme")).toMatchObject({
      status: 308,
      headers: { location: "https://localhost/sign-in?next=%2Facme" },
    });
    for (const path of ["/api/public/v1/me", "/auth/api-keys", "/api/v1/verify"]) {
      const answer = await ask(path);
      expect([answer.status, answer.headers.location], path).toEqual([403, undefined]);
    }
  });

  test("every answer has HSTS, once, and none names the proxy's version", async () => {
    for (const path of ["/", "/api/public/v1/me", "/metrics"]) {
      const { headers } = await overTls(path);
      expect(headers["strict-transport-security"], path).toBe(hsts);
      expect(headers.server ?? "", path).not.toMatch(/\d/);
    }
  });

  test("what belongs to the network inside can't be reached", async () => {
    const authorization = `Bearer ${metricsToken}`;
    for (const path of ["/metrics", "/api/forward-auth", "/api/forward-auth/v1/files"])
      expect((await overTls(path, { authorization })).status, path).toBe(404);
  });

  test("it speaks HTTP/2, and no TLS before 1.2", async () => {
    const session = connectHttp2(`https://localhost:${proxy.httpsPort}`, { lookup: toLoopback });
    const stream = session.request({ ":path": "/" });
    const status = await new Promise((resolve, reject) => {
      stream.on("response", (headers) => resolve(headers[":status"]));
      for (const emitter of [session, stream]) emitter.on("error", reject);
    });
    session.destroy();
    expect(status).toBe(200);
    expect(await handshake(proxy.httpsPort, "TLSv1.2")).toBe("TLSv1.2");
    expect(await handshake(proxy.httpsPort, "TLSv1.1")).toMatch(/alert|version|protocol/i);
  });
});

/** Proxies listen on IPv4 only in this test. */
const toLoopback = ((_host: string, options: { all?: boolean }, done: (...found: unknown[]) => void) =>
  options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4)) as never;

/** The version that was agreed on, or why none was. */
function handshake(port: number, version: "TLSv1.1" | "TLSv1.2"): Promise<string> {
  return new Promise((resolve) => {
    // OpenSSL itself refuses old versions at its usual security level.
    const options = { minVersion: version, maxVersion: version, ciphers: "DEFAULT:@SECLEVEL=0" } as const;
    const socket = connectTls({ host: "127.0.0.1", port, servername: "localhost", ...options }, () => {
      resolve(socket.getProtocol() ?? "");
      socket.destroy();
    });
    socket.on("error", (error) => resolve(`${(error as NodeJS.ErrnoException).code} ${error.message}`));
  });
}
