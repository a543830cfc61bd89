import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { DeclaredPermission } from "@/lib/contracts/permission-catalog";
import type { Role } from "@/lib/contracts/permissions";

/** A demo key, how many calls it makes per hour on average, and its clients. */
export type DemoKey = {
  input: CreateApiKeyInput;
  owner: Role;
  callsAnHour: number;
  ip: string;
  client: string;
  end?: "disabled" | "revoked";
};

export const demoKeys: DemoKey[] = [
  {
    input: { name: "blog ingest", permissionLevel: "read_write", expiresInDays: 90 },
    owner: "member",
    callsAnHour: 14,
    ip: "203.0.113.7",
    client: "python-requests/2.32",
  },
  {
    input: { name: "nightly export", permissionLevel: "read_only" },
    owner: "admin",
    callsAnHour: 4,
    ip: "198.51.100.23",
    client: "curl/8.9.1",
  },
  {
    input: { name: "mobile backend", permissionLevel: "read_write", expiresInDays: 365 },
    owner: "owner",
    callsAnHour: 40,
    ip: "2001:db8:7::15",
    client: "okhttp/4.12",
  },
  {
    input: { name: "staging tests", permissionLevel: "read_write", environment: "staging", expiresInDays: 7 },
    owner: "member",
    callsAnHour: 6,
    ip: "192.0.2.44",
    client: "node",
  },
  {
    input: { name: "key rotation", permissionLevel: "read_write", canManageKeys: true, expiresInDays: 30 },
    owner: "owner",
    callsAnHour: 0.2,
    ip: "198.51.100.9",
    client: "rotate.sh",
  },
  {
    input: {
      name: "workflow trigger",
      permissionLevel: "custom",
      permissions: ["workflows:read", "workflows:run"],
      expiresInDays: 90,
    },
    owner: "member",
    callsAnHour: 9,
    ip: "203.0.113.61",
    client: "axios/1.7.9",
  },
  {
    input: { name: "partner preview", permissionLevel: "read_only", expiresInDays: 60 },
    owner: "viewer",
    callsAnHour: 0,
    ip: "",
    client: "",
  },
  {
    input: { name: "old importer", permissionLevel: "read_write" },
    owner: "member",
    callsAnHour: 3,
    ip: "192.0.2.80",
    client: "Go-http-client/2.0",
    end: "revoked",
  },
  {
    input: { name: "paused crawler", permissionLevel: "read_only", expiresInDays: 90 },
    owner: "admin",
    callsAnHour: 5,
    ip: "203.0.113.90",
    client: "crawler/1.4",
    end: "disabled",
  },
];

export const demoPermissions: DeclaredPermission[] = [
  { name: "files:read", title: "Read files", group: "Files", access: "read" },
  { name: "files:write", title: "Upload and delete files", group: "Files", access: "write" },
  { name: "insights:read", title: "Read document insights", group: "Insights", access: "read" },
  { name: "insights:create", title: "Ask for document insights", group: "Insights", access: "write" },
  { name: "workflows:read", title: "Read workflows and their runs", group: "Workflows", access: "read" },
  { name: "workflows:run", title: "Start and cancel runs", group: "Workflows", access: "write" },
  { name: "workflows:write", title: "Change workflows", group: "Workflows", access: "write" },
];
