import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { password } from "../factories/factories";
import { type HttpAnswer, sendHttp } from "../peers/http-client";
import { useStartedConsole } from "../processes/started-console";

const started = useStartedConsole();
const html = { accept: "text/html" };

function get(target: string, headers: Record<string, string | null> = {}): Promise<HttpAnswer> {
  return sendHttp(started.server().port, target, { headers: { ...html, ...headers } });
}

function nonceOf(answer: HttpAnswer): string {
  return /script-src [^;]*'nonce-([^']+)'/.exec(String(answer.headers["content-security-policy"]))?.[1] ?? "";
}

describe("S24", () => {
  const pages = [
    "/sign-in",
    "/sign-up",
    "/docs",
    "/docs/events",
    "/docs/errors",
    "/there-is/nothing-here",
    "/_next/nothing-here",
  ];

  test("every page has strict security headers, and no HSTS on http", async () => {
    for (const page of pages) {
      const { headers } = await get(page);
      const policy = String(headers["content-security-policy"]);
      expect(policy, page).toMatch(/script-src 'self' 'nonce-[\w+/=]{22,}' 'strict-dynamic'(;|$)/);
      expect(policy, page).toContain("frame-ancestors 'none'");
      expect(policy, page).toContain("object-src 'none'");
      expect(policy, page).toContain("base-uri 'none'");
      expect(policy, page).toContain("form-action 'self'");
      expect(headers, page).toMatchObject({
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "x-frame-options": "DENY",
      });
      expect(headers["referrer-policy"], page).toMatch(
        /^(strict-origin-when-cross-origin|same-origin|no-referrer)$/,
      );
      expect(headers["strict-transport-security"], page).toBeUndefined();
      expect(headers["x-powered-by"], page).toBeUndefined();
    }
  });

  test("a page behind a mailed link sends no Referer, because its URL is a secret", async () => {
    for (const page of [
      "/reset-password?token=x",
      "/verify-email?token=x",
      "/invitations/x",
      "/%72eset-password",
    ]) {
      const { headers } = await get(page);
      expect(headers["referrer-policy"], page).toBe("no-referrer");
      expect(headers["cache-control"], page).toMatch(/no-store|private/);
    }
  });

  test("the nonce is new for each response, and every script of the page has it", async () => {
    const seen = new Set<string>();
    for (const page of ["/sign-in", "/sign-in", "/sign-up", "/docs/errors", "/there-is/nothing-here"]) {
      const answer = await get(page);
      const scripts = answer.body.match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length, page).toBeGreaterThan(0);
      for (const script of scripts) expect(script, page).toContain(`nonce="${nonceOf(answer)}"`);
      expect(answer.body, page).not.toMatch(/\son(click|load|error)="/);
      seen.add(nonceOf(answer));
    }
    expect(seen.size).toBe(5);
  });

  test("a nonce or a policy sent by the client changes nothing", async () => {
    const chosen = "AAAAAAAAAAAAAAAAAAAAAA==";
    const policy = `script-src 'nonce-${chosen}' 'unsafe-inline'`;
    const answer = await get("/sign-in", {
      "x-nonce": chosen,
      "content-security-policy": policy,
      "content-security-policy-report-only": policy,
      "X-Nonce": chosen,
    });
    expect(answer.body).not.toContain(chosen);
    expect(String(answer.headers["content-security-policy"])).not.toContain(chosen);
  });

  test("HSTS is sent on https", async () => {
    const secrets = {
      AUTH_SECRET: randomBytes(33).toString("base64"),
      ENCRYPTION_KEYS: randomBytes(32).toString("base64"),
    };
    const deployed = await started.another({ APP_URL: "https://console.example.com", ...secrets });
    const answer = await sendHttp(deployed.port, "/sign-in", {
      headers: { ...html, host: "console.example.com" },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers["strict-transport-security"]).toMatch(/^max-age=\d{8,}/);
  });
});

describe("S10 an evil Host", () => {
  const evil: Record<string, string> = {
    host: "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    "x-forwarded-port": "666",
    forwarded: "host=evil.example",
    "x-original-host": "evil.example",
  };
  const targets = [
    "/",
    "/settings",
    "/sign-in",
    "/sign-up?callbackUrl=/x",
    "/nobody/settings",
    "/there-is/nothing-here",
    "/api/account",
    "/api/auth/csrf",
    "/api/auth/providers",
    "/api/auth/session",
    "/docs",
    "//evil.example",
    "/sign-in/",
    "/\\evil.example",
  ];

  test("appears in no response, redirect, cookie or link, in any header that can name a host", async () => {
    for (const target of targets) {
      for (const headers of [{ host: "evil.example" }, evil, { ...evil, host: "localhost" }]) {
        const answer = await get(target, headers);
        const location = String(answer.headers.location ?? "");
        if (location) expect(new URL(location, "http://localhost:1").hostname, target).toBe("localhost");
        // The path that the client sent may contain it; hosts may not.
        if (!target.includes("evil"))
          expect(JSON.stringify(answer.headers) + answer.body, target).not.toContain("evil.example");
        else expect(answer.headers.refresh ?? "", target).not.toMatch(/url=(\w+:)?\/\//);
      }
    }
  });

  test("appears neither in the redirect after sign-in nor in cookies", async () => {
    const { email } = await started.signedUp();
    const browser = started.browser();
    const answer = await browser.request("/api/sign-in", {
      method: "POST",
      body: { email, password },
      headers: evil,
    });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.headers)).not.toContain("evil.example");
  });
});

test("S11 a callbackUrl to another site never redirects, whether signed in or not", async () => {
  const { browser } = await started.signedUp();
  const bad = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "%2f%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "http://localhost@evil.example/",
    "/\t/evil.example",
    "///evil.example",
    "/.//evil.example",
  ];
  for (const callbackUrl of bad) {
    for (const page of ["/sign-in", "/sign-up"]) {
      const answer = await browser.request(`${page}?callbackUrl=${encodeURIComponent(callbackUrl)}`, {
        headers: html,
      });
      const goal = new URL(String(answer.headers.location ?? "/"), browser.origin);
      expect(goal.origin, callbackUrl).toBe(browser.origin);
      expect(goal.pathname, callbackUrl).not.toMatch(/^\/[/\\]/);
    }
  }
});

test("S11 a signed-out person is redirected to sign-in and back to a path of ours, whatever the path looks like", async () => {
  const answer = await get("/acme/settings/api/keys?status=active");
  expect(answer.status).toBe(307);
  const location = new URL(String(answer.headers.location), "http://localhost");
  expect([location.pathname, location.searchParams.get("callbackUrl")]).toEqual([
    "/sign-in",
    "/acme/settings/api/keys?status=active",
  ]);
});

test("S25 no page or route can be read by another origin with credentials", async () => {
  const { browser } = await started.signedUp();
  for (const target of [
    "/",
    "/settings",
    "/api/account",
    "/api/auth/session",
    "/api/public/v1/me",
    "/auth/api-keys",
    "/api/health",
  ]) {
    for (const origin of ["https://evil.example", "null", browser.origin]) {
      for (const method of ["GET", "OPTIONS"]) {
        const { headers } = await browser.request(target, {
          method,
          headers: { origin, "access-control-request-method": "DELETE" },
        });
        expect(
          Object.keys(headers).filter((name) => name.startsWith("access-control-allow")),
          `${method} ${target}`,
        ).toEqual([]);
      }
    }
  }
});
