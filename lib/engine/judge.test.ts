import fc from "fast-check";
import { expect, test } from "vitest";
import { roles } from "@/lib/contracts/permissions";
import { type AccessRequirements, type JudgedCode, judge } from "./judge";
import type { KeyRecord } from "./keys/key-record";
import { emptyCatalog } from "./permissions/catalog";

const now = new Date("2026-11-22T12:00:00.000Z");
const earlier = new Date(now.getTime() - 1);
const later = new Date(now.getTime() + 1);

const good: KeyRecord = {
  hash: Buffer.alloc(32),
  keyId: "key_1",
  prefix: "kw_sk_abcd",
  suffix: "wxyz",
  name: "blog",
  workspaceId: "ws_1",
  ownerId: "usr_1",
  memberId: "ws_1/usr_1",
  permissionLevel: "read_write",
  permissions: [],
  canManageKeys: true,
  environment: "production",
  allowedIps: [],
  reportOnlyIps: [],
  reportOnlyEnforceAt: null,
  reportOnlyRateLimit: null,
  rateLimitPerMinute: null,
  createdByType: "user",
  createdById: "usr_1",
  createdAt: earlier,
  expiresAt: null,
  lifetimeSeconds: null,
  disabledAt: null,
  revokedAt: null,
  rotatedAt: null,
  workspaceName: "Acme",
  externalWorkspaceId: "acme",
  externalUserId: null,
  metadata: {},
  apiAccess: true,
  workspaceRequestsPerMinute: null,
  role: "owner",
  roleCeiling: null,
  ownerSuspended: false,
  quotas: [],
  catalog: emptyCatalog,
};
const everything: AccessRequirements = {
  writes: true,
  demands: [],
  query: null,
  route: null,
  custom: "if_demanded",
  managesKeys: true,
  clientIp: "203.0.113.7",
  workspaceId: null,
};

function codeOf(
  key: Partial<KeyRecord>,
  demand: Partial<AccessRequirements> = {},
  at = now.getTime(),
): JudgedCode | "valid" {
  const verdict = judge({ ...good, ...key }, { ...everything, ...demand }, at);
  return verdict.allowed ? "valid" : verdict.code;
}

/** What makes each check fail, in the order of docs/http-api.md, 2.2. */
const failures: [JudgedCode, Partial<KeyRecord>][] = [
  ["revoked_key", { revokedAt: earlier }],
  ["disabled_key", { disabledAt: earlier }],
  ["expired_key", { expiresAt: earlier }],
  ["api_access_disabled", { apiAccess: false }],
  ["ip_not_allowed", { allowedIps: ["198.51.100.0/24"] }],
  ["insufficient_permissions", { permissionLevel: "read_only" }],
];

test("a valid key may do what it was created for", () => {
  expect(judge(good, everything, now.getTime())).toEqual({
    allowed: true,
    rights: { role: "owner", permissionLevel: "read_write", permissions: new Set(), canManageKeys: true },
    wouldDeny: null,
  });
});

test.each(failures)("a key fails with %s", (code, fault) => {
  expect(codeOf(fault)).toBe(code);
});

test("a key that fails several checks gets the code of the first", () => {
  fc.assert(
    fc.property(fc.subarray(failures, { minLength: 1 }), (chosen) => {
      const key = Object.assign({}, ...chosen.map(([, fault]) => fault));
      expect(codeOf(key)).toBe((chosen[0] as (typeof failures)[number])[0]);
    }),
  );
});

test("S39 a key is accepted until its expiry, and denied from then on", () => {
  expect(codeOf({ expiresAt: later })).toBe("valid");
  expect(codeOf({ expiresAt: now })).toBe("expired_key");
  expect(codeOf({ expiresAt: earlier })).toBe("expired_key");
});

test("a key of a suspended or removed member is disabled", () => {
  expect(codeOf({ ownerSuspended: true })).toBe("disabled_key");
  expect(codeOf({ role: null })).toBe("disabled_key");
  expect(codeOf({ role: null, revokedAt: earlier })).toBe("revoked_key");
});

test("S39 a list of addresses is reported until its date and enforced from then on", () => {
  const reported = { reportOnlyIps: ["198.51.100.0/24"] };
  const verdictOf = (key: Partial<KeyRecord>, clientIp: string | null = "203.0.113.7") => {
    const verdict = judge({ ...good, ...key }, { ...everything, clientIp }, now.getTime());
    return verdict.allowed ? `allowed, would be ${verdict.wouldDeny ?? "valid"}` : verdict.code;
  };
  expect(verdictOf(reported)).toBe("allowed, would be ip_not_allowed");
  expect(verdictOf(reported, null)).toBe("allowed, would be ip_not_allowed");
  expect(verdictOf(reported, "198.51.100.4")).toBe("allowed, would be valid");
  expect(verdictOf({ ...reported, reportOnlyEnforceAt: later })).toBe("allowed, would be ip_not_allowed");
  expect(verdictOf({ ...reported, reportOnlyEnforceAt: now })).toBe("ip_not_allowed");
  expect(verdictOf({ ...reported, reportOnlyEnforceAt: earlier })).toBe("ip_not_allowed");
  expect(verdictOf({ ...reported, reportOnlyEnforceAt: now }, "198.51.100.4")).toBe(
    "allowed, would be valid",
  );
});

test("enforcing a list never admits an address that the key's own list lacks", () => {
  const key = { allowedIps: ["198.51.100.0/24"], reportOnlyIps: ["203.0.113.7"] };
  expect(codeOf(key)).toBe("ip_not_allowed");
  expect(codeOf({ ...key, reportOnlyEnforceAt: earlier })).toBe("ip_not_allowed");
});

test("a request that is denied for another reason isn't marked", () => {
  const key = { reportOnlyIps: ["198.51.100.4"], permissionLevel: "read_only" as const };
  expect(codeOf(key)).toBe("insufficient_permissions");
});

test("an allowlist admits only its addresses and blocks, in IPv4 and IPv6", () => {
  const cases: [string[], string, boolean][] = [
    [["203.0.113.7"], "203.0.113.7", true],
    [["203.0.113.8"], "203.0.113.7", false],
    [["203.0.113.0/24"], "203.0.113.255", true],
    [["203.0.113.0/24"], "203.0.114.0", false],
    [["198.51.100.1", "203.0.113.7/32"], "203.0.113.7", true],
    [["2001:db8::/32"], "2001:db8:ffff::1", true],
    [["2001:db8::/32"], "2001:db9::1", false],
    [["2001:db8::1"], "2001:0db8:0:0::0001", true],
    [["::ffff:203.0.113.7"], "203.0.113.7", true],
    [["::ffff:203.0.113.0/120"], "203.0.113.9", true],
    [["::ffff:203.0.113.0/120"], "203.0.114.9", false],
    [["203.0.113.0/24"], "::ffff:203.0.113.7", true],
    [["::/0"], "203.0.113.7", false],
    [["0.0.0.0/0"], "2001:db8::1", false],
  ];
  for (const [allowedIps, clientIp, allowed] of cases) {
    expect(codeOf({ allowedIps }, { clientIp }), `${clientIp} in ${allowedIps}`).toBe(
      allowed ? "valid" : "ip_not_allowed",
    );
  }
});

test("a key may do no more than its owner's current role allows", () => {
  const table = {
    owner: ["read_write", true],
    admin: ["read_write", true],
    member: ["read_write", false],
    viewer: ["read_only", false],
  } as const;
  for (const role of roles) {
    const verdict = judge(
      { ...good, role },
      { ...everything, writes: false, managesKeys: false },
      now.getTime(),
    );
    const [permissionLevel, canManageKeys] = table[role];
    expect(verdict).toEqual({
      allowed: true,
      rights: { role, permissionLevel, permissions: new Set(), canManageKeys },
      wouldDeny: null,
    });
    expect(codeOf({ role }, { managesKeys: false })).toBe(
      permissionLevel === "read_write" ? "valid" : "insufficient_permissions",
    );
    expect(codeOf({ role }, { writes: false })).toBe(canManageKeys ? "valid" : "insufficient_permissions");
  }
});

test("a role never extends what a key was created for", () => {
  const readOnly = { permissionLevel: "read_only", canManageKeys: false } as const;
  expect(codeOf(readOnly, { managesKeys: false })).toBe("insufficient_permissions");
  expect(codeOf(readOnly, { writes: false })).toBe("insufficient_permissions");
  expect(codeOf(readOnly, { writes: false, managesKeys: false })).toBe("valid");
});

test("the messages name the day of revocation and expiry, and what to do", () => {
  const messageOf = (key: Partial<KeyRecord>) => {
    const verdict = judge({ ...good, ...key }, everything, now.getTime());
    return verdict.allowed ? "" : verdict.message;
  };
  expect(messageOf({ revokedAt: now })).toBe(
    "This API key was revoked on 2026-11-22. Create a new key under Account settings → API → API keys.",
  );
  expect(messageOf({ expiresAt: now })).toContain("expired on 2026-11-22");
});
