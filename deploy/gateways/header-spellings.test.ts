import { readFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replacePermissionCatalog } from "@/lib/server/keys/permission-catalog";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace, nowhere } from "@/tests/factories/factories";
import { type Gateway, type GatewayName, startGateway } from "@/tests/peers/gateways";
import {
  cgiName,
  claimedHeaders,
  connectionLists,
  identityHeaders,
  inParts,
  overrideHeaders,
  spellingsOf,
} from "@/tests/peers/header-spellings";
import { startProtectedApi } from "@/tests/peers/protected-api";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";

useRuntime();
const keyward = useKeyApiServer();
let api: Awaited<ReturnType<typeof startProtectedApi>>;
beforeAll(async () => {
  api = await startProtectedApi();
  const permissions = [{ name: "files:read", title: "Read files", access: "read" as const }];
  await replacePermissionCatalog({ permissions, routes: [] }, nowhere);
});
afterAll(() => api.close());

type Headers = [string, string][];

describe.each<GatewayName>(["nginx", "caddy", "haproxy"])("behind %s", (name) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(name, { keyward: keyward.port(), api: api.port });
  });
  afterAll(() => gateway.stop());

  /** The answer's status, and the headers that the API saw, under their CGI names, if the request reached it. */
  async function send(secret: string, headers: Headers) {
    const before = api.seen.length;
    const { status } = await sendRaw(gateway.port, "/v1", { headers: [...headers, ["x-api-key", secret]] });
    const came = api.seen.slice(before);
    expect(came.length).toBe(status === 200 ? 1 : 0);
    const { rawHeaders = [] } = came[0] ?? {};
    const variables: Headers = [];
    for (let at = 0; at < rawHeaders.length; at += 2)
      variables.push([cgiName(rawHeaders[at] as string), rawHeaders[at + 1] as string]);
    return { status, variables };
  }

  async function caller() {
    const { actor, workspace, owner } = await makeWorkspace();
    const inWorkspace = { workspaceId_userId: { workspaceId: workspace.id, userId: owner.id } };
    const externalId = `acme-${workspace.id}`;
    await db().workspace.update({ where: { id: workspace.id }, data: { externalId } });
    await db().member.update({ where: inWorkspace, data: { externalId: "user:7" } });
    const { secret, key } = await makeKey(actor, {
      permissionLevel: "read_only",
      rateLimitPerMinute: 10_000,
    });
    const values = [
      workspace.id,
      key.id,
      encodeURIComponent(key.name),
      "read_only",
      "files:read",
      owner.id,
      "owner",
      "production",
      externalId,
      "user:7",
    ];
    const identity = identityHeaders.map((header, index) => [cgiName(header), values[index]]);
    return { secret, identity: identity.sort() };
  }

  const claims = (variables: Headers) => variables.filter(([variable]) => /KEYWARD/.test(variable)).sort();

  test("S64 no spelling of an identity header that a client sends reaches the API", async () => {
    const { secret, identity } = await caller();
    for (const claimed of claimedHeaders)
      for (const part of inParts(spellingsOf(claimed))) {
        const { status, variables } = await send(
          secret,
          part.map((spelling) => [spelling, "forged"]),
        );
        // nginx can't remove headers by a part of their name: Keyward refuses those that the file doesn't list.
        const isUnlisted = name === "nginx" && /^X-Keyward(-Anything)?$/.test(claimed);
        const isRefused = isUnlisted && part.some((spelling) => /^[a-z-]+$/i.test(spelling));
        expect(status, `${claimed}: ${part[0]}`).toBe(isRefused ? 400 : 200);
        if (!isRefused) expect(claims(variables)).toEqual(identity);
      }
  });

  test("S64 a client cannot remove our headers by listing them in Connection, here or at the next proxy", async () => {
    const { secret, identity } = await caller();
    for (const list of connectionLists)
      for (const upgrade of [[], [["Upgrade", "h2c"]]] as Headers[]) {
        const connection: Headers = list.map((value) => ["Connection", value]);
        const { status, variables } = await send(secret, [...connection, ...upgrade]);
        expect([status, claims(variables)], list.join(" + ")).toEqual([200, identity]);
        const sent = variables.filter(([variable]) => variable === "CONNECTION").map(([, value]) => value);
        for (const value of sent) expect(["close", "keep-alive"]).toContain(value.toLowerCase());
      }
  });

  test("S64 trailers never become request headers", async () => {
    const { actor } = await makeWorkspace();
    const { secret } = await makeKey(actor);
    const trailer = "X-Keyward-Role: forged\r\nX_Keyward_Role: forged\r\n";
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(gateway.port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk) => (text += chunk));
      socket.on("end", () => resolve(text));
      socket.on("error", reject);
      socket.write(
        `POST /v1 HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${secret}\r\nConnection: close\r\nTE: trailers\r\nTrailer: X-Keyward-Role, X_Keyward_Role\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n${trailer}\r\n`,
      );
    });
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    const { body, rawHeaders = [], rawTrailers = [] } = api.seen.at(-1) ?? {};
    expect([body, rawHeaders.includes("forged")]).toEqual(["{}", false]);
    // HAProxy has no setting that drops them.
    expect(rawTrailers.includes("forged")).toBe(name === "haproxy");
  });

  test("S65 a method override counts in every spelling, or never reaches the API", async () => {
    const { secret } = await caller();
    for (const override of overrideHeaders)
      for (const spelling of spellingsOf(override)) {
        const { status, variables } = await send(secret, [[spelling, "DELETE"]]);
        // nginx drops names with other characters than letters, digits and hyphens before it asks.
        const isDropped = name === "nginx" && /[^a-z0-9-]/i.test(spelling);
        expect(status, spelling).toBe(isDropped ? 200 : 403);
        expect(variables.map(([variable]) => variable)).not.toContain(cgiName(override));
      }
  });
});

describe("the files of gateways that do not run here", () => {
  const file = (name: string) => readFileSync(path.join(import.meta.dirname, name), "utf8");
  const claimed = claimedHeaders.flatMap(spellingsOf);
  const overrides = overrideHeaders.flatMap(spellingsOf);
  const plain = ["Accept", "Content-Type", "X-Request-Id", "If-None-Match", "X-Keywarden"];

  test("S64 S65 Traefik's removes every spelling before the API", () => {
    const text = file("traefik.yml");
    const [, pattern = ""] = /authResponseHeadersRegex: "\(\?i\)(.*)"/.exec(text) ?? [];
    const removed = new RegExp(pattern, "i");
    for (const spelling of claimed)
      expect(removed.test(spelling) || /^x-keyward$/i.test(spelling), spelling).toBe(true);
    for (const spelling of overrides.filter((spelling) => /[^a-z0-9-]/i.test(spelling)))
      expect(removed.test(spelling), spelling).toBe(true);
    for (const header of plain) expect(removed.test(header), header).toBe(false);
    // Keyward refuses client headers that are left.
    for (const header of identityHeaders) expect(text).toContain(`          ${header}: ""`);
  });

  test("S64 S65 Envoy's removes every spelling before the API, and sends overrides to the decision", () => {
    const text = file("envoy.yaml");
    const patterns = (pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, found = ""]) => new RegExp(`^(?:${found})$`));
    const removed = patterns(/remove_on_match: \{ key_matcher: \{ safe_regex: \{ regex: "(.*)" \} \} \}/g);
    const asked = patterns(/- safe_regex: \{ regex: "(.*)" \}/g);
    expect([removed.length, asked.length]).toEqual([2, 2]);
    const matches = (list: RegExp[], header: string) => list.some((one) => one.test(header.toLowerCase()));
    for (const spelling of claimed) expect(matches(removed, spelling), spelling).toBe(true);
    for (const spelling of overrides) expect(matches(asked, spelling), spelling).toBe(true);
    for (const spelling of overrides.filter((spelling) => /[^a-z0-9-]/i.test(spelling)))
      expect(matches(removed, spelling), spelling).toBe(true);
    for (const header of [...plain.slice(0, -1), ":path", ":method"])
      expect([matches(removed, header), matches(asked, header)], header).toEqual([false, false]);
    expect(text).toContain("headers_with_underscores_action: REJECT_REQUEST");
  });
});
