import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rotateApiKey } from "@/lib/server/keys/rotate-api-key";
import { moveOverlap } from "@/lib/server/keys/rotation";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type Gateway, type GatewayName, startGateway } from "@/tests/peers/gateways";
import { startProtectedApi } from "@/tests/peers/protected-api";
import { type Answer, sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";

/** A program behind a gateway learns that its key was rotated. */
useRuntime();
const keyward = useKeyApiServer();
let api: Awaited<ReturnType<typeof startProtectedApi>>;
beforeAll(async () => {
  api = await startProtectedApi();
});
afterAll(() => api.close());

const told = ({ headers }: Answer) => [headers["x-keyward-key-rotated"], headers.deprecation, headers.sunset];

describe.each<GatewayName>(["nginx", "caddy", "haproxy"])("behind %s", (name) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(name, { keyward: keyward.port(), api: api.port });
  });
  afterAll(() => gateway.stop());
  const call = (secret: string) =>
    sendRaw(gateway.port, "/v1/documents", { headers: { "x-api-key": secret } });

  test("answers to the old key of a rotation say when it ends, and answers to other keys don't", async () => {
    const { actor } = await makeWorkspace();
    const { key, secret } = await makeKey(actor);
    const before = await call(secret);
    expect([before.status, ...told(before)]).toEqual([200, undefined, undefined, undefined]);
    const successor = await rotateApiKey(actor, key.id, { overlapSeconds: 3600 }, null);
    const { rotatedAt, expiresAt } = await db().apiKey.findUniqueOrThrow({ where: { id: key.id } });
    const deprecation = `@${Math.floor((rotatedAt as Date).getTime() / 1000)}`;
    const old = await call(secret);
    expect([old.status, old.body, ...told(old)]).toEqual([
      ...[200, "the API answers", `ends=${expiresAt?.toISOString()}`, deprecation, expiresAt?.toUTCString()],
    ]);
    const fresh = await call(successor.secret);
    expect([fresh.status, ...told(fresh)]).toEqual([200, undefined, undefined, undefined]);

    const ended = (await moveOverlap(actor, key.id, 0)).expiresAt as Date;
    const denied = await call(secret);
    expect([denied.status, denied.headers["x-keyward-error"], ...told(denied)]).toEqual([
      ...[401, "expired_key", `ends=${ended.toISOString()}`, deprecation, ended.toUTCString()],
    ]);
  });

  test("an old key that works until the rotation is finished has no Sunset", async () => {
    const { actor } = await makeWorkspace();
    const { key, secret } = await makeKey(actor, { expiresInDays: null });
    await rotateApiKey(actor, key.id, { overlapSeconds: null }, null);
    expect(told(await call(secret))).toEqual(["ends=unknown", expect.stringMatching(/^@\d+$/), undefined]);
  });
});

test("Envoy's file hands the headers of a rotated key on to the client, allowed or denied", () => {
  const text = readFileSync(path.join(import.meta.dirname, "envoy.yaml"), "utf8");
  const headersIn = (start: string, end: string) =>
    text.slice(text.indexOf(start), text.indexOf(end, text.indexOf(start)));
  const allowed = headersIn("allowed_client_headers_on_success:", "allowed_client_headers:");
  for (const header of ["x-keyward-key-rotated", "deprecation", "sunset"])
    expect(allowed).toContain(`exact: ${header} `);
  const denied = headersIn("allowed_client_headers:", "- name:");
  for (const header of ["prefix: x-keyward-", "exact: deprecation", "exact: sunset"])
    expect(denied).toContain(`- ${header}\n`);
});
