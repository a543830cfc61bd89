import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole, findConsoleRoutes } from "@/tests/processes/console-routes";

useRuntime();

const routes = (await findConsoleRoutes()).flatMap(({ pattern, methods }) =>
  methods.map((method) => ({ method, pattern })),
);

test("no route that needs a session answers a page of another person", async () => {
  const { workspace, owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  const { owner: other } = await makeWorkspace();
  const refused: string[] = [];
  for (const { method, pattern } of routes) {
    const path = pattern.replace("[workspace]", workspace.slug).replace(/\[[.\w]+\]/g, "any");
    const body = method === "GET" ? undefined : {};
    const signedOut = await callConsole(method, path, { body });
    const needsSession = (signedOut.json as { error?: { code: string } } | undefined)?.error?.code;
    if (needsSession !== "not_signed_in") continue;
    const headers = { "x-keyward-page-user": other.id };
    const answer = await callConsole(method, path, { cookie, body, headers });
    expect(answer.json, `${method} ${path}`).toMatchObject({ error: { code: "account_changed" } });
    refused.push(path);
  }
  expect(refused.length).toBeGreaterThan(50);
});

test("a page of another person doesn't end the session, and the person's own page works", async () => {
  const { owner } = await makeWorkspace();
  const { owner: other } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  const signOut = (pageUser: string) =>
    callConsole("POST", "/api/sign-out", { cookie, body: {}, headers: { "x-keyward-page-user": pageUser } });
  expect((await signOut(other.id)).status).toBe(409);
  const headers = { "x-keyward-page-user": owner.id };
  expect((await callConsole("GET", "/api/account", { cookie, headers })).status).toBe(200);
  expect((await signOut(owner.id)).status).toBe(200);
  expect((await callConsole("GET", "/api/account", { cookie, headers })).status).toBe(401);
});
