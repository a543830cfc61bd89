import type { EventType } from "./event-types";

/** The body of a delivery. */
type EventBody = {
  id: string;
  type: string;
  createdAt: string;
  workspaceId: string;
  data: Record<string, unknown>;
};

const key = {
  id: "key_01k0v6yq3ae1n8r9t5w2c7d4fx",
  name: "nightly export",
  prefix: "kw_sk_9f3A",
  suffix: "x1Zq",
  environment: "production",
  permissionLevel: "read_only",
  permissions: [],
  ownerId: "usr_01k0v6xa8mhq2z4y7s9b3p5ejd",
  metadata: { team: "billing" },
  createdAt: "2026-09-14T08:30:12.418Z",
  expiresAt: "2026-12-13T08:30:12.418Z",
  disabled: false,
  revokedAt: null,
};
const actor = { type: "user", id: "usr_01k0v6xa8mhq2z4y7s9b3p5ejd", name: "Ada Park" };
const system = { type: "system", id: "system", name: "Leak report" };
const workspace = { id: "ws_01k0v6x1c4r7d9f2g5h8j3k6mn", name: "Acme" };
const member = { id: "usr_01k0v72k5w8r3n6t9x4z7c2vbq", name: "Ben Ortiz", role: "member" };
const revokedAt = "2026-11-27T16:04:51.207Z";
const found = { found_at: "https://github.com/acme/export/blob/main/.env" };

/**
 * What `data` holds in an event of each type. The key and the workspace are as the change left them. `details` are those of the audit
 * event.
 */
const data: Record<EventType, Record<string, unknown>> = {
  "api_key.created": {
    key,
    actor,
    details: {
      key: "kw_sk_9f3A…x1Zq",
      metadata: ["team"],
      expiresAt: "2026-12-13T08:30:12.418Z",
      allowedIps: [],
      environment: "production",
      permissionLevel: "read_only",
      rateLimitPerMinute: null,
    },
  },
  "api_key.updated": {
    key,
    actor,
    details: { allowedIps: { to: ["203.0.113.0/24"], from: [] } },
  },
  "api_key.disabled": { key: { ...key, disabled: true }, actor, details: {} },
  "api_key.enabled": { key, actor, details: {} },
  "api_key.rotated": {
    key: { ...key, expiresAt: "2026-11-28T16:04:51.207Z" },
    newKey: {
      ...key,
      id: "key_01kb3m8xw4d6g2j9n5q7s1v3ye",
      prefix: "kw_sk_Tb7Q",
      suffix: "m4Kd",
      createdAt: "2026-11-27T16:04:51.203Z",
      expiresAt: "2027-02-25T16:04:51.207Z",
    },
    actor,
    details: {
      key: "kw_sk_Tb7Q…m4Kd",
      ends: { to: "2026-11-28T16:04:51.207Z", from: "2026-12-13T08:30:12.418Z" },
      expiresAt: "2027-02-25T16:04:51.207Z",
      successor: "key_01kb3m8xw4d6g2j9n5q7s1v3ye",
      previousExpiresAt: "2026-11-28T16:04:51.207Z",
    },
  },
  "api_key.revoked": { key: { ...key, revokedAt }, actor, details: {} },
  "api_key.expiring": { key, expiresAt: key.expiresAt, when: "week" },
  "api_key.expired": { key, expiresAt: key.expiresAt },
  "api_key.exposed": { key: { ...key, revokedAt }, actor: system, details: found },
  "api_key.new_caller": {
    key,
    caller: {
      address: "203.0.113.0/24",
      client: "python-requests",
      method: "GET",
      route: "/v1/documents",
      ip: "203.0.113.24",
    },
  },
  "api_access.enabled": { workspace, actor, details: {} },
  "api_access.disabled": { workspace, actor, details: {} },
  "member.added": { member, actor, details: { role: "member" } },
  "member.removed": {
    member,
    actor,
    details: { kept: 0, role: "member", revoked: 1, transferred: 0 },
  },
  "quota.reached": {
    meter: "requests",
    limit: 60_000,
    used: 48_000,
    percent: 80,
    period: "month",
    resetsAt: "2026-12-01T00:00:00.000Z",
  },
  "event_subscription.paused": {
    subscription: { id: "sub_01kb1c5r7e9h2k4m6p8s3v5x7z", endpointUrl: "https://example.com/keyward" },
    because: "failing",
    lastError: "It answered 503.",
  },
};

/** An example of what is sent for an event of a type. */
export function eventExample(type: EventType): EventBody {
  return {
    id: "evt_01kb3m8xz5q7s9v2y4a6c8e1gj",
    type,
    createdAt: "2026-11-27T16:04:51.223Z",
    workspaceId: workspace.id,
    data: data[type],
  };
}
