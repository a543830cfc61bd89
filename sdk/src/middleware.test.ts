import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import express, { type ErrorRequestHandler } from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { afterEach, expect, test } from "vitest";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";
import { freePort } from "@/tests/processes/started-server";
import { createKeyward, type Keyward, type KeywardOptions } from "./create-keyward";
import { protect as protectExpress } from "./express";
import { protect as protectFastify } from "./fastify";
import { protect as protectHono } from "./hono";
import { KeywardUnavailableError } from "./keyward-error";
import { protect as protectNext } from "./next";
import { protect as protectNode } from "./node";
import type { VerifiedKey } from "./verdict";

/** Each framework over real sockets. A Next.js route handler is a function of a web-standard request. */
const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const server = useKeyApiServer();
const connect = (options: Partial<KeywardOptions> = {}) =>
  createKeyward({ url: server.origin(), serviceToken, timeoutMs: 15_000, onError: () => {}, ...options });

type Sees = (key: VerifiedKey) => void;
const clientIp = () => "203.0.113.9";

/** Each middleware in front of a service that answers with the id of the key it saw. */
const services: Record<string, (keyward: Keyward, sees: Sees) => RequestListener> = {
  "node:http": (keyward, sees) =>
    protectNode(
      keyward,
      (_request, response, key) => {
        sees(key);
        response.end(key.keyId);
      },
      { clientIp },
    ),
  Express: (keyward, sees) => {
    const app = express();
    const router = express.Router();
    // Mounted at a path, so that the router's `url` differs from the client's.
    app.use(["/v1", "/"], router);
    router.use(protectExpress(keyward, { clientIp }), (request, response) => {
      sees(request.keyward as VerifiedKey);
      response.send(request.keyward?.keyId);
    });
    const failed: ErrorRequestHandler = (error, _request, response, _next) =>
      end(response, 500, (error as Error).name);
    app.use(failed);
    return app;
  },
  Fastify: (keyward, sees) => {
    const app = Fastify();
    app.decorateRequest("keyward", null);
    app.addHook("onRequest", protectFastify(keyward, { clientIp }));
    app.setErrorHandler((error, _request, reply) => reply.code(500).send((error as Error).name));
    app.all("/*", async (request) => {
      sees(request.keyward as VerifiedKey);
      return request.keyward?.keyId;
    });
    const ready = app.ready();
    return async (request, response) => {
      await ready;
      app.routing(request, response);
    };
  },
  Hono: (keyward, sees) => {
    const app = new Hono();
    app.use("/*", protectHono(keyward, { clientIp }));
    app.onError((error) => new Response(error.name, { status: 500 }));
    app.all("/*", (c) => {
      sees(c.get("keyward"));
      return c.text(c.get("keyward").keyId);
    });
    // By default it replaces Request and Response for the whole process, including other tests.
    return getRequestListener(app.fetch, { overrideGlobalObjects: false });
  },
  "Next.js": (keyward, sees) => {
    const GET = protectNext(
      keyward,
      (_request: Request, key, context: { params: Promise<{ id: string }> }) => {
        expect(context.params).toBeInstanceOf(Promise);
        sees(key);
        return new Response(key.keyId);
      },
      { clientIp },
    );
    return overWeb((request) => GET(request, { params: Promise.resolve({ id: "1" }) }));
  },
};

const running: { close(): void }[] = [];
afterEach(() => {
  for (const one of running.splice(0)) one.close();
});

async function serve(listener: RequestListener): Promise<number> {
  const service = createServer(listener).listen(0, "127.0.0.1");
  running.push(service);
  await once(service, "listening");
  return (service.address() as AddressInfo).port;
}

for (const [name, service] of Object.entries(services)) {
  test(`${name}: each of the three header forms is accepted, and the handler gets the owner of the key`, async () => {
    const { actor, workspace } = await makeWorkspace();
    const { key, secret } = await makeKey(actor, { allowedIps: ["203.0.113.9"] });
    const seen: VerifiedKey[] = [];
    const port = await serve(service(connect(), (one) => seen.push(one)));
    for (const header of [
      ["x-api-key", secret],
      ["Authorization", `Bearer ${secret}`],
      ["Authorization", `api-key ${secret}`],
    ] as [string, string][]) {
      const sent = { method: "POST", headers: [header], body: { a: 1 } };
      const answer = await sendRaw(port, "/v1/files?page=2", sent);
      expect([answer.status, answer.body]).toEqual([200, key.id]);
    }
    expect(seen.map((one) => one.workspaceId)).toEqual(Array(3).fill(workspace.id));
  });

  test(`${name}: a denial has the documented status, body and headers, and the handler does not run`, async () => {
    const { actor } = await makeWorkspace();
    const readOnly = await makeKey(actor, { permissionLevel: "read_only" });
    const revoked = await makeKey(actor);
    await revokeApiKey(actor, revoked.key.id);
    const limited = await makeKey(actor, { rateLimitPerMinute: 1 });
    let passed = 0;
    const port = await serve(service(connect(), () => (passed += 1)));
    await sendRaw(port, "/", { headers: { "x-api-key": limited.secret } });
    expect(passed).toBe(1);
    const challenge = 'Bearer realm="keyward"';
    const cases: [Parameters<typeof sendRaw>[2], number, string, string | undefined][] = [
      [{}, 401, "missing_key", challenge],
      [
        { headers: { "x-api-key": revoked.secret } },
        401,
        "revoked_key",
        `${challenge}, error="invalid_token"`,
      ],
      [
        { method: "DELETE", headers: { "x-api-key": readOnly.secret } },
        403,
        "insufficient_permissions",
        `${challenge}, error="insufficient_scope"`,
      ],
      [{ headers: { "x-api-key": limited.secret } }, 429, "rate_limit_exceeded", undefined],
      [{ headers: { "x-api-key": "one", authorization: "Bearer two" } }, 400, "invalid_request", undefined],
      [
        {
          headers: [
            ["x-api-key", limited.secret],
            ["x-api-key", limited.secret],
          ],
        },
        400,
        "invalid_request",
        undefined,
      ],
    ];
    for (const [sent, status, code, authenticate] of cases) {
      const answer = await sendRaw(port, "/v1/files", sent);
      expect([answer.status, answer.json]).toEqual([
        status,
        {
          error: {
            code,
            message: expect.any(String),
            request_id: answer.headers["x-request-id"],
            doc_url: `${server.origin()}/docs/errors#${code}`,
          },
        },
      ]);
      expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
      expect(answer.headers["cache-control"]).toBe("no-store");
      expect(answer.headers["www-authenticate"]).toBe(authenticate);
      const retryAfter = answer.headers["retry-after"];
      if (status === 429) expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
      else expect(retryAfter).toBeUndefined();
    }
    expect(passed).toBe(1);
  });

  test(`S50 ${name}: while Keyward is down the answer is 503, or the framework's error handler runs if configured`, async () => {
    const down = { url: `http://127.0.0.1:${await freePort()}` };
    const heard: unknown[] = [];
    let passed = 0;
    const sees = () => (passed += 1);
    const denying = await serve(service(connect({ ...down, onError: (error) => heard.push(error) }), sees));
    const answer = await sendRaw(denying, "/", { headers: { "x-api-key": "any" } });
    expect([answer.status, answer.json]).toMatchObject([503, { error: { code: "unavailable" } }]);
    expect(answer.headers["retry-after"]).toBe("1");
    expect(heard[0]).toBeInstanceOf(KeywardUnavailableError);

    const throwing = service(connect({ ...down, onUnavailable: "throw" }), sees);
    const port = await serve(async (request, response) => {
      try {
        await throwing(request, response);
      } catch (error) {
        end(response, 500, (error as Error).name);
      }
    });
    const failed = await sendRaw(port, "/", { headers: { "x-api-key": "any" } });
    expect([failed.status, failed.body]).toEqual([500, "KeywardUnavailableError"]);
    expect(passed).toBe(0);
  });
}

/** A web-standard service on a real socket that sees every header, as Hono's server for Node.js provides it. */
function overWeb(answer: (request: Request) => Promise<Response>): RequestListener {
  return async (request, response) => {
    try {
      const headers = new Headers();
      for (let index = 0; index < request.rawHeaders.length; index += 2)
        headers.append(request.rawHeaders[index] as string, request.rawHeaders[index + 1] as string);
      const web = await answer(
        new Request(`http://localhost${request.url}`, { method: request.method ?? "GET", headers }),
      );
      response.writeHead(web.status, Object.fromEntries(web.headers));
      response.end(await web.text());
    } catch (error) {
      end(response, 500, (error as Error).name);
    }
  };
}

function end(response: ServerResponse, status: number, body: string): void {
  response.statusCode = status;
  response.end(body);
}
