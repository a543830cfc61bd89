import type { DenialCode } from "@/lib/contracts/access-logs";
import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { DeclaredPermission } from "@/lib/contracts/permission-catalog";
import type { Role } from "@/lib/contracts/permissions";

/** A program of a demo key. */
export type DemoClient = { ip: string; client: string };

/** Requests within some hours, in addition to a key's usual ones. Times are hours before now. */
export type DemoVisit = DemoClient & {
  from: number;
  hours: number;
  calls: number;
  method: string;
  path: string;
  /** Allowed if missing. */
  code?: DenialCode;
};

/** A demo key, how many calls its usual program makes per hour on average, and everything else that happened to it. */
export type DemoKey = {
  input: CreateApiKeyInput;
  owner: Role;
  mailNewCallers?: boolean;
  usual: (DemoClient & { callsAnHour: number; path: string; reads?: boolean }) | null;
  /** When it ended, in hours before now, and for how many hours its usual program kept trying. */
  ended?: { as: "disabled" | "expired" | "revoked"; ago: number; triedFor: number };
  visits?: DemoVisit[];
};

/**
 * The bad hour of last night: someone else uses a key with their own client. It works at first; then they try to write, are refused,
 * try faster, and Ada disables the key.
 */
const stranger = { ip: "192.0.2.199", client: "Go-http-client/1.1" };
const documents = "/v1/documents";
const upload = { method: "POST", path: documents };
const read = { method: "GET", path: documents };

export const demoKeys: DemoKey[] = [
  {
    input: { name: "nightly export", permissionLevel: "read_only", rateLimitPerMinute: 30 },
    owner: "admin",
    mailNewCallers: true,
    usual: { ip: "198.51.100.23", client: "curl/8.9.1", callsAnHour: 4, path: documents, reads: true },
    ended: { as: "disabled", ago: 7.5, triedFor: 1 },
    visits: [
      { ...stranger, ...read, from: 8.3, hours: 0.5, calls: 93 },
      { ...stranger, ...upload, from: 7.9, hours: 0.15, calls: 9, code: "insufficient_permissions" },
      // Three minutes at the key's rate limit.
      { ...stranger, ...read, from: 7.75, hours: 0.05, calls: 87 },
      { ...stranger, ...read, from: 7.74, hours: 0.04, calls: 60, code: "rate_limit_exceeded" },
      { ...stranger, ...read, from: 7.49, hours: 0.4, calls: 16, code: "disabled_key" },
    ],
  },
  {
    input: { name: "blog ingest", permissionLevel: "read_write", expiresInDays: 90 },
    owner: "member",
    usual: { ip: "203.0.113.7", client: "python-requests/2.32", callsAnHour: 14, path: documents },
    visits: [
      { ip: "198.51.100.12", client: "python-requests/2.32", ...read, from: 2.6, hours: 2.5, calls: 30 },
      {
        ...{ ip: "203.0.113.7", client: "python-requests/2.32", ...upload },
        ...{ from: 30, hours: 0.8, calls: 18, code: "quota_exceeded" },
      },
    ],
  },
  {
    input: { name: "mobile backend", permissionLevel: "read_write", expiresInDays: 365 },
    owner: "owner",
    usual: { ip: "2001:db8:7::15", client: "okhttp/4.12", callsAnHour: 40, path: "/v1/search" },
    visits: [{ ip: "203.0.113.12", client: "okhttp/4.12", ...read, from: 21.2, hours: 21, calls: 160 }],
  },
  {
    input: { name: "staging tests", permissionLevel: "read_write", environment: "staging", expiresInDays: 7 },
    owner: "member",
    usual: { ip: "192.0.2.44", client: "node", callsAnHour: 6, path: documents, reads: true },
  },
  {
    input: { name: "key rotation", permissionLevel: "read_write", canManageKeys: true, expiresInDays: 30 },
    owner: "owner",
    usual: { ip: "198.51.100.9", client: "rotate.sh", callsAnHour: 0.2, path: "/auth/api-keys" },
  },
  {
    input: {
      name: "workflow trigger",
      permissionLevel: "custom",
      permissions: ["workflows:read", "workflows:run"],
      expiresInDays: 90,
      allowedIps: ["203.0.113.0/24"],
    },
    owner: "member",
    usual: { ip: "203.0.113.61", client: "axios/1.7.9", callsAnHour: 9, path: "/v1/workflows" },
    visits: [
      {
        ...{ ip: "198.51.100.12", client: "node", method: "POST", path: "/v1/workflows" },
        ...{ from: 16.8, hours: 0.7, calls: 12, code: "ip_not_allowed" },
      },
      {
        ...{ ip: "203.0.113.61", client: "axios/1.7.9", method: "PUT", path: "/v1/workflows" },
        ...{ from: 50, hours: 0.5, calls: 7, code: "insufficient_permissions" },
      },
    ],
  },
  {
    input: { name: "partner preview", permissionLevel: "read_only", expiresInDays: 60 },
    owner: "viewer",
    usual: null,
  },
  {
    input: { name: "trial upload", permissionLevel: "read_write", expiresInDays: 30 },
    owner: "member",
    usual: { ip: "203.0.113.140", client: "axios/1.7.9", callsAnHour: 2, path: documents },
    ended: { as: "expired", ago: 50, triedFor: 20 },
  },
  {
    input: { name: "old importer", permissionLevel: "read_write" },
    owner: "member",
    usual: { ip: "192.0.2.80", client: "Go-http-client/2.0", callsAnHour: 3, path: documents },
    ended: { as: "revoked", ago: 75, triedFor: 30 },
  },
  {
    input: { name: "paused crawler", permissionLevel: "read_only", expiresInDays: 90 },
    owner: "admin",
    usual: { ip: "203.0.113.90", client: "crawler/1.4", callsAnHour: 5, path: "/v1/search", reads: true },
    ended: { as: "disabled", ago: 125, triedFor: 12 },
  },
];

/** Requests without a key of the workspace, which only the operator sees. */
export const keylessVisits: DemoVisit[] = [
  { ...stranger, ...read, from: 8.6, hours: 0.02, calls: 2, code: "missing_key" },
  { ...stranger, ...read, from: 8.5, hours: 0.1, calls: 6, code: "invalid_key" },
  { ...stranger, ...read, from: 8.4, hours: 0.02, calls: 1, code: "invalid_request" },
];

/** When API access was off, in hours before now. */
export const demoAccessOff = { from: 98.4, to: 98.2 };

export const demoPermissions: DeclaredPermission[] = [
  { name: "files:read", title: "Read files", group: "Files", access: "read" },
  { name: "files:write", title: "Upload and delete files", group: "Files", access: "write" },
  { name: "insights:read", title: "Read document insights", group: "Insights", access: "read" },
  { name: "insights:create", title: "Ask for document insights", group: "Insights", access: "write" },
  { name: "workflows:read", title: "Read workflows and their runs", group: "Workflows", access: "read" },
  { name: "workflows:run", title: "Start and cancel runs", group: "Workflows", access: "write" },
  { name: "workflows:write", title: "Change workflows", group: "Workflows", access: "write" },
];
