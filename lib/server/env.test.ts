import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { EnvError, parseEnv } from "./env";

const secret = "q7Yw2LmZx9RtVb4NcKs8HdFg1JpQeUaT";
const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64");
const deployed = { APP_URL: "https://console.acme.dev", AUTH_SECRET: secret, ENCRYPTION_KEYS: key };

function refusal(settings: Record<string, string>): string {
  try {
    parseEnv(settings);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvError);
    return (error as Error).message;
  }
  throw new Error(`This was accepted: ${JSON.stringify(settings)}`);
}

test("without settings, the documented defaults of a local server apply", () => {
  expect(parseEnv({})).toEqual({
    port: 3000,
    host: "127.0.0.1",
    workers: 1,
    appUrl: "http://localhost:3000",
    apiBaseUrl: "http://localhost:3000",
    local: true,
    productName: "Keyward",
    supportEmail: null,
    dataDir: path.resolve(".data"),
    databaseUrl: null,
    databasePool: 10,
    authSecret: null,
    authSecretPrevious: null,
    encryptionKeys: [],
    apiKeyPrefix: "kw_sk_",
    redisUrls: [],
    rateLimitPerMinute: 600,
    apiKeysPerWorkspace: 10_000,
    apiAccessBy: "admin",
    serviceTokens: [],
    leakReportKeysUrl: "https://api.github.com/meta/public_keys/secret_scanning",
    trustedProxies: ["127.0.0.0/8", "::1/128"],
    plainHttpFrom: ["127.0.0.0/8", "::1/128"],
    apiCorsOrigins: [],
    sessionIdleSeconds: 3600,
    sessionMaxSeconds: 168 * 3600,
    reauthenticateSeconds: 900,
    signUp: "open",
    passwordMinLength: 12,
    dnsServers: [],
    identityProviders: [],
    smtpUrl: null,
    mailFrom: { name: "Keyward", address: "no-reply@localhost" },
    accessLogRetentionDays: 90,
    eventRetentionDays: 30,
    auditCheckpointFile: null,
    auditCheckpointUrl: null,
    otlp: null,
    webhookAllowCidrs: [],
    accessLogRequired: true,
    accessLogFsync: false,
    staleVerdictSeconds: 0,
    metricsToken: null,
    secrets: [],
    logLevel: "info",
    logFormat: null,
    logRequests: 0,
  });
});

test("settings are trimmed, and empty ones count as unset", () => {
  const env = parseEnv({
    PORT: " 8080 ",
    API_KEY_PREFIX: "",
    SESSION_IDLE_MINUTES: "0.5",
    SIGN_UP: "Acme.dev, b.example",
  });
  expect(env).toMatchObject({
    port: 8080,
    appUrl: "http://localhost:8080",
    apiKeyPrefix: "kw_sk_",
    sessionIdleSeconds: 30,
  });
  expect(env.signUp).toEqual(["acme.dev", "b.example"]);
  const lists = parseEnv({
    TRUSTED_PROXIES: "10.0.0.0/8, 2001:db8::1",
    API_CORS_ORIGINS: "https://a.example,https://b.example/",
  });
  expect(lists.trustedProxies).toEqual(["10.0.0.0/8", "2001:db8::1"]);
  expect(lists.apiCorsOrigins).toEqual(["https://a.example", "https://b.example"]);
});

test("MAIL_FROM accepts an address with or without a name", () => {
  for (const [MAIL_FROM, mailFrom] of [
    ["keys@acme.dev", { name: "Keyward", address: "keys@acme.dev" }],
    ["Acme keys <Keys@acme.dev>", { name: "Acme keys", address: "keys@acme.dev" }],
    ['"Acme, keys" <keys@acme.dev>', { name: "Acme, keys", address: "keys@acme.dev" }],
  ] as const)
    expect(parseEnv({ MAIL_FROM, SMTP_URL: "smtp://mail.acme.dev:587" }).mailFrom).toEqual(mailFrom);
});

test("local means http on a loopback name", () => {
  for (const APP_URL of [
    "http://localhost",
    "http://127.0.0.1:80",
    "http://127.9.9.9:3000",
    "http://[::1]:3000",
  ]) {
    expect(parseEnv({ APP_URL }).local, APP_URL).toBe(true);
  }
  expect(parseEnv({ ...deployed, APP_URL: "https://localhost" }).local).toBe(false);
  for (const APP_URL of [
    "http://acme.dev",
    "http://localhost.acme.dev",
    "http://192.168.0.1",
    "http://127.0.0.1.acme.dev",
  ]) {
    expect(refusal({ ...deployed, APP_URL }), APP_URL).toContain("APP_URL must be https");
  }
});

test.each([
  ["PORT", "0"],
  ["PORT", "65536"],
  ["PORT", "http"],
  ["PORT", "80.5"],
  ["APP_URL", "localhost:3000"],
  ["APP_URL", "ftp://localhost"],
  ["APP_URL", "http://localhost/path"],
  ["APP_URL", "http://user:pass@localhost"],
  ["API_BASE_URL", "not a url"],
  ["SMTP_URL", "mail.acme.dev"],
  ["SMTP_URL", "https://mail.acme.dev"],
  ["MAIL_FROM", "nobody"],
  ["MAIL_FROM", "a@x.example, b@y.example"],
  ["MAIL_FROM", "A <a@x.example> B"],
  ["PRODUCT_NAME", "x".repeat(61)],
  ["SUPPORT_EMAIL", "nobody"],
  ["DATABASE_URL", "mysql://localhost/x"],
  ["DATABASE_URL", "postgresql://localhost"],
  ["DATABASE_POOL", "1"],
  ["REDIS_URL", "localhost:6379"],
  ["REDIS_URL", "redis://one:6379,http://two"],
  ["SERVICE_TOKEN", "too-short"],
  ["SERVICE_TOKENS", "not a digest"],
  ["AUTH_SECRET", "short"],
  ["ENCRYPTION_KEYS", "bm90IDMyIGJ5dGVz"],
  ["API_KEY_PREFIX", "kw-sk-"],
  ["API_KEY_PREFIX", "x".repeat(21)],
  ["API_KEY_PREFIX", "kw.*"],
  ["RATE_LIMIT_PER_MINUTE", "0"],
  ["RATE_LIMIT_PER_MINUTE", "many"],
  ["API_KEYS_PER_WORKSPACE", "0"],
  ["API_ACCESS_BY", "owner"],
  ["TRUSTED_PROXIES", "10/8"],
  ["TRUSTED_PROXIES", "10.0.0.0/33"],
  ["TRUSTED_PROXIES", "proxy.internal"],
  ["PLAIN_HTTP_FROM", "services.internal"],
  ["API_CORS_ORIGINS", "*"],
  ["API_CORS_ORIGINS", "https://a.example/path"],
  ["SESSION_IDLE_MINUTES", "0"],
  ["SESSION_MAX_HOURS", "-1"],
  ["REAUTHENTICATE_MINUTES", "soon"],
  ["SIGN_UP", "nobody"],
  ["SIGN_UP", ","],
  ["PASSWORD_MIN_LENGTH", "7"],
  ["ACCESS_LOG_RETENTION_DAYS", "0"],
  ["EVENT_RETENTION_DAYS", "0"],
  ["AUDIT_CHECKPOINT_FILE", "checkpoints.jsonl"],
  ["AUDIT_CHECKPOINT_URL", "http://collector.example.com/"],
  ["WEBHOOK_ALLOW_CIDRS", "10.0.0.0/33"],
  ["LOG_LEVEL", "loud"],
  ["LOG_FORMAT", "xml"],
  ["LOG_REQUESTS", "1.5"],
  ["LOG_REQUESTS", "all"],
])("S47 a wrong %s (%s) stops the start with one line that names it", (name, value) => {
  const message = refusal({ [name]: value });
  expect(message.startsWith(`${name} `), message).toBe(true);
  expect(message).not.toContain("\n");
});

test("S47 a deployment with missing or example secrets doesn't start, and the error shows no secret", () => {
  expect(parseEnv(deployed)).toMatchObject({ local: false, authSecret: secret, encryptionKeys: [key] });
  const wrong: [Record<string, string>, string][] = [
    [{ AUTH_SECRET: "" }, "AUTH_SECRET"],
    [{ ENCRYPTION_KEYS: "" }, "ENCRYPTION_KEYS"],
    [{ ENCRYPTION_KEYS: " , " }, "ENCRYPTION_KEYS"],
    [{ AUTH_SECRET: "x".repeat(40) }, "AUTH_SECRET"],
    [{ AUTH_SECRET: "this-is-a-secret-you-should-change-me" }, "AUTH_SECRET"],
    [{ AUTH_SECRET: "changeme-changeme-changeme-changeme" }, "AUTH_SECRET"],
    [{ ENCRYPTION_KEYS: Buffer.alloc(32).toString("base64") }, "ENCRYPTION_KEYS"],
    [{ ENCRYPTION_KEYS: `${key},${Buffer.alloc(32, 1).toString("base64")}` }, "ENCRYPTION_KEYS"],
    [{ ENCRYPTION_KEYS: `${key},short` }, "ENCRYPTION_KEYS"],
  ];
  for (const [settings, name] of wrong) {
    const message = refusal({ ...deployed, ...settings });
    expect(message.startsWith(name), message).toBe(true);
    for (const value of Object.values(settings).filter(Boolean)) expect(message).not.toContain(value.trim());
  }
});

test("a secret can come from a file, and an unreadable file is named", () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "keyward-env-")), "secret");
  writeFileSync(file, `${secret}\n`);
  const { AUTH_SECRET, ...rest } = deployed;
  expect(parseEnv({ ...rest, AUTH_SECRET_FILE: file }).authSecret).toBe(AUTH_SECRET);
  expect(refusal({ ...deployed, AUTH_SECRET_FILE: file })).toContain(
    "AUTH_SECRET and AUTH_SECRET_FILE are both set",
  );
  expect(refusal({ ...rest, AUTH_SECRET_FILE: `${file}-away` })).toMatch(/^AUTH_SECRET_FILE .*secret-away$/);
});

test("service tokens are kept as digests, whether given as digests or in plain text", () => {
  const [one, two, three] = ["1", "2", "3"].map((text) => createHash("sha256").update(text).digest("hex"));
  const { serviceTokens } = parseEnv({
    SERVICE_TOKENS: `${one}, billing:${two}, billing:${three?.toUpperCase()}:ws_01kb2v6q3m`,
    SERVICE_TOKEN: "a-plain-service-token",
  });
  const plain = createHash("sha256").update("a-plain-service-token").digest("hex");
  expect(serviceTokens.map(({ digest, ...rest }) => [digest.toString("hex"), rest])).toEqual([
    [one, { label: `token-${one?.slice(0, 8)}`, workspaceId: null }],
    [two, { label: "billing", workspaceId: null }],
    [three, { label: "billing", workspaceId: "ws_01kb2v6q3m" }],
    [plain, { label: "default", workspaceId: null }],
  ]);
  for (const wrong of [
    `Billing:${one}`,
    `a:b:${one}`,
    `${one}:ws_1`,
    `${"a".repeat(41)}:${one}`,
    `:${one}`,
    "abc",
  ])
    expect(() => parseEnv({ SERVICE_TOKENS: wrong }), wrong).toThrow(/SERVICE_TOKENS/);
  expect(() => parseEnv({ SERVICE_TOKENS: `a:${one},b:${one}` })).toThrow(/the same token twice/);
});

test("an identity provider needs all of its settings, and an error names a missing one", () => {
  const oidc = {
    OIDC_ISSUER: "https://id.acme.dev/realm",
    OIDC_CLIENT_ID: "keyward",
    OIDC_CLIENT_SECRET: "s",
  };
  expect(
    parseEnv({ ...oidc, GITHUB_CLIENT_ID: "gh", GITHUB_CLIENT_SECRET: "t" }).identityProviders.map(
      ({ id, name, issuer }) => [id, name, issuer],
    ),
  ).toEqual([
    ["github", "GitHub", "https://github.com/"],
    ["oidc", "SSO", "https://id.acme.dev/realm"],
  ]);
  expect(parseEnv({ ...oidc, OIDC_NAME: "Acme ID" }).identityProviders[0]?.name).toBe("Acme ID");
  expect(refusal({ GOOGLE_CLIENT_ID: "g" })).toMatch(/^GOOGLE_CLIENT_SECRET is missing/);
  expect(refusal({ GITHUB_CLIENT_SECRET: "g" })).toMatch(/^GITHUB_CLIENT_ID is missing/);
  for (const name of Object.keys(oidc)) {
    const message = refusal({ ...oidc, [name]: "" });
    expect(message).toMatch(new RegExp(`^${name} is missing`));
    expect(message).not.toContain("\n");
  }
});

test("an issuer must use https, except on this machine", () => {
  const client = { OIDC_CLIENT_ID: "keyward", OIDC_CLIENT_SECRET: "s" };
  expect(parseEnv({ ...client, OIDC_ISSUER: "http://localhost:9000" }).identityProviders).toHaveLength(1);
  for (const OIDC_ISSUER of [
    "http://id.acme.dev",
    "id.acme.dev",
    "https://id.acme.dev/?x=1",
    "https://u@id.acme.dev",
  ])
    expect(refusal({ ...client, OIDC_ISSUER })).toMatch(/^OIDC_ISSUER /);
});

test("a provider's secret can come from a file", () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "keyward-test-")), "secret");
  writeFileSync(file, "from a file\n");
  const [google] = parseEnv({ GOOGLE_CLIENT_ID: "g", GOOGLE_CLIENT_SECRET_FILE: file }).identityProviders;
  expect(google?.clientSecret).toBe("from a file");
});
