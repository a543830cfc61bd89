import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { clientConfig } from "@/lib/server/database";
import { password } from "../factories/factories";
import { type Browser, type HttpAnswer, sendHttp } from "../peers/http-client";
import { useStartedConsole } from "../processes/started-console";

const started = useStartedConsole();
const html = { accept: "text/html" };

function get(target: string, headers: Record<string, string | null> = {}): Promise<HttpAnswer> {
  return sendHttp(started.server().port, target, { headers: { ...html, ...headers } });
}

describe("S26 a signed-out request sees nothing of a workspace", () => {
  const app = path.resolve(import.meta.dirname, "../../app");
  const pages = readdirSync(path.join(app, "[workspace]"), { recursive: true, encoding: "utf8" }).filter(
    (file) => path.basename(file) === "page.tsx",
  );
  const tricks: Record<string, Record<string, string>> = {
    plainly: {},
    "past the proxy": { "x-middleware-subrequest": Array(5).fill("middleware").join(":") },
    "past the proxy of another name": {
      "x-middleware-subrequest": "src/middleware:proxy:src/proxy:pages/_middleware",
    },
    "as data": { rsc: "1" },
    "as a prefetch": { rsc: "1", "next-router-prefetch": "1" },
    "as a segment": { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
    "as part of a page it has": {
      rsc: "1",
      "next-router-state-tree": encodeURIComponent(JSON.stringify(["", {}, null, "refetch"])),
    },
    "as an action": { "next-action": "0".repeat(40), accept: "text/x-component" },
    "as if invoked": {
      "x-invoke-path": "/sign-in",
      "x-middleware-invoke": "1",
      "x-matched-path": "/sign-in",
      "x-nextjs-data": "1",
      "x-now-route-matches": "1",
    },
  };

  for (const [how, headers] of Object.entries(tricks)) {
    test(`asked ${how}`, async () => {
      const { slug } = await started.signedUp();
      for (const page of pages) {
        const target = `/${slug}/${path.dirname(page)}`.replace("[keyId]", "key_1").replace("/.", "");
        for (const query of ["", "?_rsc=abcde"]) {
          const answer = await get(target + query, headers);
          expect(answer.body, target).not.toMatch(/Canary workspace|Grace/);
          expect([200, 303, 307, 400, 404, 405, 500], target).toContain(answer.status);
          if (answer.status === 200) expect(answer.body, target).toContain("/sign-in");
        }
      }
      for (const route of ["/api/account", `/api/workspaces/${slug}`, `/api/workspaces/${slug}/members`]) {
        // Next.js redirects requests for data without its query parameter to the same path with it.
        const answer = await get(route, headers);
        expect(
          answer.status === 307
            ? (await get(String(answer.headers.location), headers)).status
            : answer.status,
          route,
        ).toBe(401);
      }
    });
  }

  test("a member of another workspace gets the same page as for a workspace that doesn't exist", async () => {
    const { slug } = await started.signedUp();
    const { browser } = await strangerIn();
    for (const headers of [html, { rsc: "1" }]) {
      for (const page of pages) {
        const target = `/${slug}/${path.dirname(page)}`.replace("[keyId]", "key_1").replace("/.", "");
        const answer = await browser.request(target, { headers });
        expect(answer.body, target).not.toContain("Canary workspace");
        if (!("rsc" in headers)) expect([307, 404], target).toContain(answer.status);
      }
    }
  });

  test("S14 before the second step every page redirects to it, however it is requested", async () => {
    const { browser, slug, email } = await started.signedUp();
    const client = new pg.Client(clientConfig(started.database().url));
    await client.connect();
    await client.query(
      "UPDATE sessions SET owes_second_step = true WHERE user_id = (SELECT id FROM users WHERE email = $1)",
      [email],
    );
    await client.end();
    for (const headers of [html, { rsc: "1" }]) {
      for (const page of [...pages.map((page) => `/${slug}/${path.dirname(page)}`), "/settings", "/"]) {
        const target = page.replace("[keyId]", "key_1").replace("/.", "");
        const answer = await browser.request(target, { headers });
        expect(answer.body, target).not.toMatch(/Canary workspace|Grace/);
        if (!("rsc" in headers)) expect(answer.status, target).toBe(307);
      }
    }
    const settings = await browser.request(`/${slug}/settings/security`, { headers: html });
    expect(String(settings.headers.location)).toContain("/sign-in/verify");
  });

  async function strangerIn(): Promise<{ browser: Browser }> {
    const browser = started.browser();
    const email = `${randomBytes(5).toString("hex")}@example.test`;
    await browser.post("/api/sign-up", { name: "Mallory", email, password, workspaceName: "Elsewhere" });
    await browser.post("/api/sign-in", { email, password });
    return { browser };
  }
});
