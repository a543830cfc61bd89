import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const call = useKeyApi();

async function askFrom(secret: string, forwardedFor?: string | string[]) {
  const headers = {
    "x-api-key": secret,
    ...(forwardedFor !== undefined && { "x-forwarded-for": forwardedFor }),
  };
  const answer = await call("/api/public/v1/me", { headers });
  return answer.status === 200 ? "valid" : (answer.json as { error: { code: string } }).error.code;
}

test("a key with an allowlist passes only from its addresses, and the denial names the client's address", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { allowedIps: ["203.0.113.0/24", "2001:db8::/32"] });
  expect(await askFrom(secret, "203.0.113.9")).toBe("valid");
  expect(await askFrom(secret, "::ffff:203.0.113.9")).toBe("valid");
  expect(await askFrom(secret, "2001:db8::9")).toBe("valid");
  for (const elsewhere of [undefined, "198.51.100.1", "2001:db9::1", "not an address"]) {
    expect(await askFrom(secret, elsewhere), elsewhere).toBe("ip_not_allowed");
  }
  const { body } = await call("/api/public/v1/me", {
    headers: { "x-api-key": secret, "x-forwarded-for": "198.51.100.1" },
  });
  expect(body).toContain("198.51.100.1");
});

test("the right-most untrusted address counts, also across several headers", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { allowedIps: ["203.0.113.9"] });
  expect(await askFrom(secret, "198.51.100.1, 203.0.113.9")).toBe("valid");
  expect(await askFrom(secret, "203.0.113.9, 127.0.0.1")).toBe("valid");
  expect(await askFrom(secret, ["198.51.100.1", "203.0.113.9"])).toBe("valid");
  expect(await askFrom(secret, "203.0.113.9, 198.51.100.1")).toBe("ip_not_allowed");
  expect(await askFrom(secret, "203.0.113.9, unknown, 127.0.0.1")).toBe("ip_not_allowed");
});

test("no header of an untrusted socket counts, and never any header but X-Forwarded-For", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { allowedIps: ["203.0.113.9"] });
  const claims = {
    "x-real-ip": "203.0.113.9",
    forwarded: "for=203.0.113.9",
    "true-client-ip": "203.0.113.9",
  };
  const claimed = await call("/api/public/v1/me", { headers: { "x-api-key": secret, ...claims } });
  expect(claimed.json).toMatchObject({ error: { code: "ip_not_allowed" } });
  await withAnotherRuntime({ TRUSTED_PROXIES: "10.0.0.0/8" }, async () => {
    expect(await askFrom(secret, "203.0.113.9")).toBe("ip_not_allowed");
  });
  const local = await makeKey(actor, { allowedIps: ["127.0.0.1"] });
  await withAnotherRuntime({ TRUSTED_PROXIES: "10.0.0.0/8" }, async () => {
    expect(await askFrom(local.secret, "203.0.113.9")).toBe("valid");
  });
});
