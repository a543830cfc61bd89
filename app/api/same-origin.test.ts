import { describe, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole, consoleOrigin, findConsoleRoutes } from "@/tests/processes/console-routes";

useRuntime();

/** What no page of ours can send: each alone is reason enough. */
const foreign: Record<string, Record<string, string | null>> = {
  "a foreign Origin": { origin: "https://evil.example" },
  "an Origin that begins like ours": { origin: `${consoleOrigin}.evil.example` },
  "another port of this machine": { origin: "http://localhost:3001" },
  "our host over https": { origin: "https://localhost:3000" },
  "Origin null": { origin: "null" },
  "no Origin": { origin: null },
  "no Origin, but a Referer of ours": { origin: null, referer: `${consoleOrigin}/settings` },
  "Sec-Fetch-Site cross-site": { "sec-fetch-site": "cross-site" },
  "Sec-Fetch-Site same-site": { "sec-fetch-site": "same-site" },
  "Sec-Fetch-Site none": { "sec-fetch-site": "none" },
};
/** next-auth's own forms are guarded by its token; every other change must be JSON. */
const foreignTypes: Record<string, Record<string, string | null>> = {
  "a form's type": { "content-type": "application/x-www-form-urlencoded" },
  "text/plain": { "content-type": "text/plain" },
  "multipart/form-data": { "content-type": "multipart/form-data; boundary=x" },
  "a type that only mentions JSON": { "content-type": "text/plain; application/json" },
  "no type": { "content-type": null },
};

const changes = (await findConsoleRoutes()).flatMap(({ pattern, methods }) =>
  methods
    .filter((method) => method !== "GET")
    .map((method) => ({ method, pattern, isNextAuth: pattern.includes("nextauth") })),
);

test("S23 there are changes to guard", () => expect(changes.length).toBeGreaterThan(10));

describe("S23 with a good session, 403 cross_site_request for", () => {
  for (const { method, pattern, isNextAuth } of changes) {
    test(`${method} ${pattern}`, async () => {
      const { workspace, owner } = await makeWorkspace();
      const path = pattern
        .replace("[workspace]", workspace.slug)
        .replace("[...nextauth]", "signout")
        .replace(/\[\w+\]/g, "any");
      const cookie = await makeSessionCookie(owner);
      for (const [what, headers] of Object.entries({ ...foreign, ...(isNextAuth ? {} : foreignTypes) })) {
        const answer = await callConsole(method, path, { cookie, headers, body: {} });
        expect(answer.status, what).toBe(403);
        expect(answer.json, what).toMatchObject({ error: { code: "cross_site_request" } });
      }
      expect((await callConsole("GET", "/api/account", { cookie })).status, "the session lives on").toBe(200);
    });
  }
});

test("S23 a page of ours passes, by either name a laptop has for itself", async () => {
  const cookie = await makeSessionCookie((await makeWorkspace()).owner);
  for (const origin of [consoleOrigin, "http://127.0.0.1:3000"]) {
    const headers = {
      origin,
      "sec-fetch-site": "same-origin",
      "content-type": "application/json; charset=utf-8",
    };
    expect(
      (await callConsole("PATCH", "/api/account", { cookie, headers, body: { name: "Ada" } })).status,
    ).toBe(200);
  }
});

test("S25 no response can be read by another origin", async () => {
  const cookie = await makeSessionCookie((await makeWorkspace()).owner);
  for (const origin of ["https://evil.example", "null", consoleOrigin]) {
    const { headers } = await callConsole("GET", "/api/account", { cookie, headers: { origin } });
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});
