import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { projectFiles, readProjectFile } from "@/tests/documents/project-files";
import { parseEnv } from "../env";
import { judgeEnv } from "./judge-env";
import { editDistance, judgeSettingNames } from "./judge-setting-names";
import { readSettings } from "./read-settings";

const deployed = {
  APP_URL: "https://keys.example.com",
  AUTH_SECRET: randomBytes(33).toString("base64"),
  ENCRYPTION_KEYS: randomBytes(32).toString("base64"),
};

test("every invalid setting is named, not only the first, and the others are read", () => {
  const read = readSettings({
    ...{ APP_URL: "https://keys.example.com", WORKERS: "many", SMTP_URL: "mail.example.com" },
    ...{
      AUTH_SECRET: "changemechangemechangemechangeme",
      DATABASE_POOL: "7",
      GITHUB_CLIENT_SECRET: "half of a pair",
    },
  });
  const named = read.findings.map(({ severity, what }) => [severity, what.split(" ")[0]]);
  expect(named).toEqual(
    ["WORKERS", "SMTP_URL", "AUTH_SECRET", "ENCRYPTION_KEYS", "GITHUB_CLIENT_ID"].map((name) => [
      "problem",
      name,
    ]),
  );
  expect(read.env).toMatchObject({ appUrl: "https://keys.example.com", databasePool: 7, smtpUrl: null });
  for (const name of ["WORKERS", "SMTP_URL", "AUTH_SECRET", "ENCRYPTION_KEYS", "GITHUB_CLIENT_SECRET"])
    expect(read.invalid).toContain(name);
  expect(read.invalid).not.toContain("APP_URL");
  expect(JSON.stringify(read.findings)).not.toContain("changeme");
});

test("a file that can't be read is named, and valid settings are one finding", () => {
  const read = readSettings({ METRICS_TOKEN_FILE: "/nowhere/token" });
  expect(read.findings).toMatchObject([
    { severity: "problem", what: expect.stringMatching(/^METRICS_TOKEN_FILE .*\/nowhere\/token/) },
  ]);
  expect(readSettings(deployed).findings).toMatchObject([{ id: "settings.values", severity: "ok" }]);
});

test.each<[string, "warning" | "note" | "ok", RegExp]>([
  ["DATABSE_URL", "warning", /reads DATABASE_URL/],
  ["database_url", "warning", /reads DATABASE_URL/],
  ["TRUSTED_PROXY", "note", /doesn't read/],
  ["TRUSTED_PROXEIS", "warning", /reads TRUSTED_PROXIES/],
  ["AUTH_SECRET_FLIE", "warning", /reads AUTH_SECRET_FILE/],
  ["SMTP_HOST", "note", /doesn't read/],
  ["KEYWARD_PORT", "note", /doesn't read/],
  ["NEXTAUTH_SECRET", "note", /doesn't read/],
  // Other programs' names.
  ...[
    "HOME",
    "PWD",
    "HOSTNAME",
    "PATH",
    "LOGNAME",
    "SESSION_MANAGER",
    "NODE_ENV",
    "OTEL_TRACES_EXPORTER",
  ].map((name): [string, "ok", RegExp] => [name, "ok", /No name/]),
  ["KEYWARD_PASSWORD", "ok", /No name/],
  ["SMTP_URL_FILE", "ok", /No name/],
])("the name %s is %s", (name, severity, what) => {
  expect(judgeSettingNames({ [name]: "x" })).toMatchObject([{ severity, what: expect.stringMatching(what) }]);
});

test("no name that our own programs read looks misspelled", () => {
  const names = projectFiles()
    .filter((file) => /^(app|lib|scripts|server)\/.*\.(ts|mjs)$/.test(file) && !file.endsWith(".test.ts"))
    .flatMap((file) => [...readProjectFile(file).matchAll(/\benv\.(KEYWARD_[A-Z_]+)/g)])
    .map(([, name]) => name as string);
  expect(names).toContain("KEYWARD_PASSWORD");
  const source = Object.fromEntries(names.map((name) => [name, "x"]));
  expect(judgeSettingNames(source)).toMatchObject([{ severity: "ok" }]);
});

test("an empty variable counts as not set, and no value is shown", () => {
  expect(judgeSettingNames({ DATABSE_URL: "" })).toMatchObject([{ severity: "ok" }]);
  expect(JSON.stringify(judgeSettingNames({ SMTP_PASSWORD: "hunter22" }))).not.toContain("hunter22");
});

test.each([
  ["", "abc", 3],
  ["kitten", "sitting", 3],
  ["PROXIES", "PROXEIS", 1],
  ["same", "same", 0],
])("the distance of %j and %j is %i", (one, other, distance) => {
  expect([editDistance(one, other), editDistance(other, one)]).toEqual([distance, distance]);
});

test.each<[string, Record<string, string>, string, string]>([
  ["a local server on loopback", {}, "settings.local", "ok"],
  ["a local server for the network", { HOST: "0.0.0.0" }, "settings.local", "warning"],
  ["a deployed server", { ...deployed, HOST: "0.0.0.0" }, "settings.local", "ok"],
  ["no weaker guarantee", {}, "settings.guarantees", "ok"],
  ["stale verdicts", { STALE_VERDICT_SECONDS: "60" }, "settings.guarantees", "note"],
  ["a log that isn't required", { ACCESS_LOG_REQUIRED: "0" }, "settings.guarantees", "note"],
  ["trust in a network", { TRUSTED_PROXIES: "10.0.0.0/8" }, "proxy.trust", "ok"],
  ["trust in everyone", { TRUSTED_PROXIES: "10.0.0.1,0.0.0.0/0" }, "proxy.trust", "problem"],
  ["trust in everyone with IPv6", { TRUSTED_PROXIES: "::/0" }, "proxy.trust", "problem"],
  ["endpoints inside", { ...deployed, WEBHOOK_ALLOW_CIDRS: "10.20.0.0/16" }, "outgoing.addresses", "ok"],
  ["endpoints anywhere", { ...deployed, WEBHOOK_ALLOW_CIDRS: "0.0.0.0/0" }, "outgoing.addresses", "warning"],
  ["endpoints here, to try it out", { WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" }, "outgoing.addresses", "note"],
])("%s", (_title, source, id, severity) => {
  const found = judgeEnv(parseEnv(source)).filter((finding) => finding.id === id);
  expect(found.map((finding) => finding.severity)).toEqual([severity]);
});
