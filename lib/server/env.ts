import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { isAddressBlock } from "@/lib/engine/request/client-address";
import { emailAddress } from "../contracts/names";
import { EnvError } from "./env-error";
import {
  configuredIdentityProviders,
  type IdentityProviderSetting,
  isIssuer,
} from "./env-identity-providers";
import { isLoopbackName } from "./loopback";

/** All settings, parsed at start. docs/settings.md describes them. */
export type Env = {
  port: number;
  host: string;
  /** Number of processes that serve the port. Each is an instance. */
  workers: number;
  /** Origin of links and cookies, without a trailing slash. */
  appUrl: string;
  apiBaseUrl: string;
  /** Whether APP_URL is http on a loopback name, as in development. */
  local: boolean;
  productName: string;
  supportEmail: string | null;
  dataDir: string;
  /** Null: use the embedded server. */
  databaseUrl: string | null;
  databasePool: number;
  /**
   * One Redis server or the nodes of a Redis Cluster, through which instances share rate limits. Empty: they share
   * them through PostgreSQL.
   */
  redisUrls: string[];
  authSecret: string | null;
  encryptionKeys: string[];
  apiKeyPrefix: string;
  rateLimitPerMinute: number;
  /** Maximum number of active keys per workspace. */
  apiKeysPerWorkspace: number;
  apiAccessBy: "admin" | "operator";
  /** SHA-256 digests of the service tokens. Empty: the service routes answer 401. */
  serviceTokens: Buffer[];
  trustedProxies: string[];
  apiCorsOrigins: string[];
  sessionIdleSeconds: number;
  sessionMaxSeconds: number;
  reauthenticateSeconds: number;
  /** `open`, `invite`, or the email domains that may sign up. */
  signUp: "open" | "invite" | string[];
  passwordMinLength: number;
  /** DNS servers for domain verification. Empty: use the system's. */
  dnsServers: string[];
  /** In display order. */
  identityProviders: IdentityProviderSetting[];
  /** Null: mail is saved as files under dataDir/mail. */
  smtpUrl: string | null;
  mailFrom: { name: string; address: string };
  accessLogRetentionDays: number;
  /** Whether to deny requests that can't be logged. */
  accessLogRequired: boolean;
  /** Whether each append to the spool waits for fsync. */
  accessLogFsync: boolean;
  /**
   * How long to decide from memory while the database is unavailable. A value above 0 weakens the guarantee of
   * revocations.
   */
  staleVerdictSeconds: number;
  logLevel: string;
};

/** Environment variables, as process.env has them. */
type Settings = Record<string, string | undefined>;

export { EnvError } from "./env-error";

const list = (value: string) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
const positive = z.coerce.number().positive();
const origin = z.url({ protocol: /^https?$/ }).transform((value, context) => {
  const url = new URL(value);
  if (url.pathname !== "/" || url.search || url.hash || url.username) {
    context.addIssue({ code: "custom", message: "must be an origin such as https://console.example.com" });
  }
  return url.origin;
});
const cidr = z.string().refine(isAddressBlock, "is not an address or CIDR block");
const dnsServer = z
  .string()
  .regex(/^(\d+(\.\d+){3}|\[[\da-f:]+\])(:\d+)?$/i, "must be addresses such as 192.0.2.53:53");
const databaseUrl = z.string().refine((value) => /^postgres(ql)?:\/\/[^/]*\/[^/?]+/.test(value), {
  message: "must look like postgresql://user:password@host:5432/database",
});

const redisUrl = z.string().refine((value) => /^rediss?:\/\/[^/]+/.test(value) && URL.canParse(value), {
  message: "must look like redis://user:password@host:6379, with commas between the nodes of a cluster",
});

const settings = {
  PORT: z.coerce.number().int().min(1).max(65535).default(3000),
  HOST: z.string().default("127.0.0.1"),
  WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  APP_URL: origin.optional(),
  API_BASE_URL: origin.optional(),
  PRODUCT_NAME: z.string().min(1).max(60).default("Keyward"),
  SUPPORT_EMAIL: z.email().optional(),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
  REDIS_URL: z.string().transform(list).pipe(z.array(redisUrl)).default([]),
  AUTH_SECRET: z.string().min(32, "needs at least 32 characters").optional(),
  ENCRYPTION_KEYS: z
    .string()
    .transform(list)
    .refine(
      (keys) => keys.every((key) => Buffer.from(key, "base64").length === 32),
      "must be 32-byte keys in base64",
    )
    .optional(),
  API_KEY_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_]{1,20}$/, "must be 1 to 20 letters, digits or _")
    .default("kw_sk_"),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(600),
  API_KEYS_PER_WORKSPACE: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  API_ACCESS_BY: z.enum(["admin", "operator"]).default("admin"),
  SERVICE_TOKEN: z.string().min(16, "needs at least 16 characters").optional(),
  SERVICE_TOKENS: z
    .string()
    .transform(list)
    .refine(
      (digests) => digests.every((digest) => /^[0-9a-f]{64}$/i.test(digest)),
      "must be SHA-256 digests in hexadecimal, with commas between them",
    )
    .default([]),
  TRUSTED_PROXIES: z.string().transform(list).pipe(z.array(cidr)).default(["127.0.0.0/8", "::1/128"]),
  API_CORS_ORIGINS: z.string().transform(list).pipe(z.array(origin)).default([]),
  SESSION_IDLE_MINUTES: positive.default(60),
  SESSION_MAX_HOURS: positive.default(168),
  REAUTHENTICATE_MINUTES: positive.default(15),
  SIGN_UP: z.string().default("open"),
  PASSWORD_MIN_LENGTH: z.coerce.number().int().min(8).max(128).default(12),
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  OIDC_ISSUER: z
    .string()
    .refine(
      isIssuer,
      "must be an https address such as https://id.example.com (http on a loopback name only)",
    )
    .optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  DNS_SERVERS: z.string().transform(list).pipe(z.array(dnsServer)).default([]),
  OIDC_NAME: z.string().max(40, "has at most 40 characters").default("SSO"),
  SMTP_URL: z
    .string()
    .refine(isSmtpUrl, "must look like smtp://user:password@host:587 or smtps://user:password@host:465")
    .optional(),
  MAIL_FROM: z
    .string()
    .transform(parseMailbox)
    .refine(
      (mailbox) => emailAddress.safeParse(mailbox.address).success,
      "must be one address, such as Keyward <keyward@example.com>",
    )
    .optional(),
  ACCESS_LOG_RETENTION_DAYS: z.coerce.number().int().min(1).default(90),
  ACCESS_LOG_REQUIRED: z.enum(["0", "1"], "must be 0 or 1").default("1"),
  STALE_VERDICT_SECONDS: z.coerce.number().min(0).max(3600).default(0),
  ACCESS_LOG_FSYNC: z.enum(["0", "1"], "must be 0 or 1").default("0"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
} as const;

/** Example values that must not be used as secrets. */
const knownSecrets = /^(.)\1*$|secret|change-?me|password|example|keyboard cat/i;

/**
 * Parses the environment. Empty values count as unset. Secrets can also be read from files with NAME_FILE.
 * @throws EnvError naming the first invalid variable.
 */
export function parseEnv(source: Settings): Env {
  const parsed = {} as { [K in keyof typeof settings]: z.output<(typeof settings)[K]> };
  for (const name of Object.keys(settings) as (keyof typeof settings)[]) {
    const result = settings[name].safeParse(readSetting(source, name));
    if (!result.success) throw new EnvError(`${name} ${result.error.issues[0]?.message ?? "is not valid"}`);
    Object.assign(parsed, { [name]: result.data });
  }
  const appUrl = parsed.APP_URL ?? `http://localhost:${parsed.PORT}`;
  const local = appUrl.startsWith("http://") && isLoopbackName(new URL(appUrl).hostname);
  if (!local) requireDeploymentSettings(appUrl, parsed.AUTH_SECRET, parsed.ENCRYPTION_KEYS);
  return {
    port: parsed.PORT,
    host: parsed.HOST,
    workers: parsed.WORKERS,
    appUrl,
    apiBaseUrl: parsed.API_BASE_URL ?? appUrl,
    local,
    productName: parsed.PRODUCT_NAME,
    supportEmail: parsed.SUPPORT_EMAIL ?? null,
    dataDir: path.resolve(parsed.DATA_DIR),
    databaseUrl: parsed.DATABASE_URL ?? null,
    databasePool: parsed.DATABASE_POOL,
    redisUrls: parsed.REDIS_URL,
    authSecret: parsed.AUTH_SECRET ?? null,
    encryptionKeys: parsed.ENCRYPTION_KEYS ?? [],
    apiKeyPrefix: parsed.API_KEY_PREFIX,
    rateLimitPerMinute: parsed.RATE_LIMIT_PER_MINUTE,
    apiKeysPerWorkspace: parsed.API_KEYS_PER_WORKSPACE,
    apiAccessBy: parsed.API_ACCESS_BY,
    serviceTokens: [
      ...parsed.SERVICE_TOKENS.map((digest) => Buffer.from(digest, "hex")),
      ...(parsed.SERVICE_TOKEN ? [hash("sha256", parsed.SERVICE_TOKEN, "buffer")] : []),
    ],
    trustedProxies: parsed.TRUSTED_PROXIES,
    apiCorsOrigins: parsed.API_CORS_ORIGINS,
    sessionIdleSeconds: parsed.SESSION_IDLE_MINUTES * 60,
    sessionMaxSeconds: parsed.SESSION_MAX_HOURS * 3600,
    reauthenticateSeconds: parsed.REAUTHENTICATE_MINUTES * 60,
    signUp: parseSignUp(parsed.SIGN_UP),
    passwordMinLength: parsed.PASSWORD_MIN_LENGTH,
    dnsServers: parsed.DNS_SERVERS,
    identityProviders: configuredIdentityProviders(parsed),
    smtpUrl: parsed.SMTP_URL ?? null,
    mailFrom: {
      name: parsed.MAIL_FROM?.name || parsed.PRODUCT_NAME,
      address: parsed.MAIL_FROM?.address ?? `no-reply@${new URL(appUrl).hostname}`,
    },
    accessLogRetentionDays: parsed.ACCESS_LOG_RETENTION_DAYS,
    accessLogRequired: parsed.ACCESS_LOG_REQUIRED === "1",
    staleVerdictSeconds: parsed.STALE_VERDICT_SECONDS,
    accessLogFsync: parsed.ACCESS_LOG_FSYNC === "1",
    logLevel: parsed.LOG_LEVEL,
  };
}

function readSetting(source: Settings, name: string): string | undefined {
  const file = source[`${name}_FILE`];
  if (!file) return source[name]?.trim() || undefined;
  if (source[name]) throw new EnvError(`${name} and ${name}_FILE are both set; keep one`);
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch {
    throw new EnvError(`${name}_FILE names a file that can't be read: ${file}`);
  }
}

function requireDeploymentSettings(appUrl: string, authSecret?: string, encryptionKeys?: string[]): void {
  if (!appUrl.startsWith("https://"))
    throw new EnvError("APP_URL must be https unless it is http on a loopback name");
  if (!authSecret)
    throw new EnvError(
      "AUTH_SECRET is required when APP_URL is not local; generate one with: openssl rand -base64 33",
    );
  if (knownSecrets.test(authSecret))
    throw new EnvError("AUTH_SECRET is an example value; generate one with: openssl rand -base64 33");
  if (!encryptionKeys?.length)
    throw new EnvError(
      "ENCRYPTION_KEYS is required when APP_URL is not local; generate one with: openssl rand -base64 32",
    );
  if (encryptionKeys.some(isOneByteRepeated))
    throw new EnvError("ENCRYPTION_KEYS holds an example value; generate one with: openssl rand -base64 32");
}

function isOneByteRepeated(key: string): boolean {
  const bytes = Buffer.from(key, "base64");
  return bytes.every((byte) => byte === bytes[0]);
}

function isSmtpUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== "";
}

/** `Name <address>` or the address alone. */
function parseMailbox(value: string): { name: string; address: string } {
  const [, name = "", address = value] = /^\s*"?([^"<>]*?)"?\s*<([^<>]*)>\s*$/.exec(value) ?? [];
  return { name, address: address.trim().toLowerCase() };
}

function parseSignUp(value: string): Env["signUp"] {
  if (value === "open" || value === "invite") return value;
  const domains = list(value.toLowerCase());
  if (domains.length === 0 || !domains.every((domain) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))) {
    throw new EnvError("SIGN_UP must be open, invite, or a comma-separated list of email domains");
  }
  return domains;
}
