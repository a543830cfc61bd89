import { Agent, request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type Gateway, type GatewayName, startGateway } from "@/tests/peers/gateways";
import { startProtectedApi } from "@/tests/peers/protected-api";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";
import { freePort } from "@/tests/processes/started-server";
import { waitUntil } from "@/tests/wait-until";

useRuntime();
const program = useBundle("tests/processes/key-api-process.ts");
const names: GatewayName[] = ["nginx", "caddy", "haproxy"];
let api: Awaited<ReturnType<typeof startProtectedApi>>;
let ports: [number, number];
let instances: DecisionProcess[];
let gateways: [GatewayName, Gateway][];

const start = (port: number) => startDecisionProcess(program(), { PORT: String(port) });

beforeAll(async () => {
  api = await startProtectedApi();
  ports = [await freePort(), await freePort()];
  instances = await Promise.all(ports.map(start));
  gateways = await Promise.all(
    names.map(
      async (name): Promise<[GatewayName, Gateway]> => [
        name,
        await startGateway(name, { keyward: ports, api: api.port }),
      ],
    ),
  );
});
afterAll(async () => {
  await Promise.all(gateways.map(([, gateway]) => gateway.stop()));
  await Promise.all(instances.map((instance) => instance.stop()));
  api.close();
});

test("while two instances are restarted in turn, no call fails, not even a POST to Keyward", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: true, rateLimitPerMinute: 100_000 });
  const failed: string[] = [];
  const callers = gateways.flatMap(([name, gateway]) =>
    calls.flatMap((call) => [
      startCaller(name, gateway.port, secret, call, failed),
      startCaller(name, gateway.port, secret, call, failed),
    ]),
  );
  const everyCallerGoesOn = async () => {
    const before = callers.map(({ calls }) => calls());
    await waitUntil("every caller was answered again", async () =>
      callers.every(({ calls }, index) => calls() > (before[index] as number) + 5),
    );
  };

  for (const index of [0, 1, 0, 1]) {
    await everyCallerGoesOn();
    await instances[index]?.stop();
    await everyCallerGoesOn();
    instances[index] = await start(ports[index] as number);
  }
  await everyCallerGoesOn();
  await Promise.all(callers.map(({ stop }) => stop()));
  expect(failed).toEqual([]);
});

const calls: Call[] = [
  { method: "GET", path: "/v1/documents", expected: 200 },
  { method: "POST", path: "/v1/documents", expected: 200 },
  { method: "GET", path: "/api/public/v1/me", expected: 200 },
  // An empty object lacks the name that a key needs.
  { method: "POST", path: "/auth/api-keys", expected: 400 },
];

type Call = { method: string; path: string; expected: number };

/** One client that calls again and again, and keeps its connection. */
function startCaller(name: string, port: number, secret: string, call: Call, failed: string[]) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let calls = 0;
  let stopped = false;
  const ended = (async () => {
    while (!stopped) {
      const answer = await send(agent, port, secret, call).catch((error: Error) => ({
        status: error.message,
        body: "",
      }));
      if (answer.status === call.expected) calls += 1;
      else if (!isShortOfTime(answer))
        failed.push(`${name}: ${call.method} ${call.path} → ${answer.status} ${answer.body}`);
    }
    agent.destroy();
  })();
  return {
    calls: () => calls,
    stop: () => {
      stopped = true;
      return ended;
    },
  };
}

type CallAnswer = { status: number | string; body: string };

/**
 * Keyward's own 503: on a busy machine the database answers too late for a shared limit. The call was not lost. A gateway's own
 * 503 has no request id of Keyward's.
 */
function isShortOfTime({ status, body }: CallAnswer): boolean {
  return status === 503 && /"code":"unavailable".*"request_id":"req_/.test(body);
}

function send(agent: Agent, port: number, secret: string, { method, path }: Call): Promise<CallAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { "x-api-key": secret, ...(method === "POST" && { "content-type": "application/json" }) };
    const request = httpRequest({ agent, host: "127.0.0.1", port, method, path, headers }, (response) => {
      response.on("error", reject);
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on("error", reject);
    request.end(method === "POST" ? "{}" : undefined);
  });
}
