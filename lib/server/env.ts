import { readFileSync } from "node:fs";
import path from "node:path";
import type { z } from "zod";
import { EnvError } from "./env-error";
import { configuredIdentityProviders, type IdentityProviderSetting } from "./env-identity-providers";
import { type OtlpSetting, otlpOf } from "./env-otlp";
import { secretsOf } from "./env-secrets";
import { list, settings } from "./env-settings";
import { isLoopbackName, loopbackBlocks } from "./loopback";
import { type ServiceToken, serviceTokensOf } from "./service-token";

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
  /** Also verifies what was signed before AUTH_SECRET was replaced. */
  authSecretPrevious: string | null;
  encryptionKeys: string[];
  apiKeyPrefix: string;
  rateLimitPerMinute: number;
  /** Maximum number of active keys per workspace. */
  apiKeysPerWorkspace: number;
  apiAccessBy: "admin" | "operator";
  /** Empty: the service routes answer 401. */
  serviceTokens: ServiceToken[];
  /** Null: there are no metrics. */
  metricsToken: string | null;
  /** Where the public keys are that GitHub signs its reports of leaked keys with. */
  leakReportKeysUrl: string;
  trustedProxies: string[];
  /** Addresses whose requests may come without TLS although the server is not local. Loopback is among them. */
  plainHttpFrom: string[];
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
  /** How long events and their deliveries are kept. */
  eventRetentionDays: number;
  /** Where checkpoints of the logs' seals are appended. */
  auditCheckpointFile: string | null;
  /** Where they are posted. */
  auditCheckpointUrl: string | null;
  /** Where the access log is sent, beside the database. */
  otlp: OtlpSetting | null;
  /** Addresses that endpoints of event subscriptions may have although they aren't public. */
  webhookAllowCidrs: string[];
  /** Whether to deny requests that can't be logged. */
  accessLogRequired: boolean;
  /** Whether each append to the spool waits for fsync. */
  accessLogFsync: boolean;
  /**
   * How long to decide from memory while the database is unavailable. A value above 0 weakens the guarantee of
   * revocations.
   */
  staleVerdictSeconds: number;
  /** What no log and no message may contain. */
  secrets: string[];
  logLevel: string;
  /** Null: lines for people on a terminal, JSON otherwise. */
  logFormat: "json" | "pretty" | null;
  /** The share of requests that get a line in the log, from 0 to 1. */
  logRequests: number;
};

/** Environment variables, as process.env has them. */
type Settings = Record<string, string | undefined>;

export { EnvError } from "./env-error";

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
    authSecretPrevious: parsed.AUTH_SECRET_PREVIOUS ?? null,
    encryptionKeys: parsed.ENCRYPTION_KEYS ?? [],
    apiKeyPrefix: parsed.API_KEY_PREFIX,
    rateLimitPerMinute: parsed.RATE_LIMIT_PER_MINUTE,
    apiKeysPerWorkspace: parsed.API_KEYS_PER_WORKSPACE,
    apiAccessBy: parsed.API_ACCESS_BY,
    serviceTokens: serviceTokensOf(parsed.SERVICE_TOKENS, parsed.SERVICE_TOKEN),
    leakReportKeysUrl: parsed.LEAK_REPORT_KEYS_URL,
    trustedProxies: parsed.TRUSTED_PROXIES,
    plainHttpFrom: [...loopbackBlocks, ...parsed.PLAIN_HTTP_FROM],
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
    eventRetentionDays: parsed.EVENT_RETENTION_DAYS,
    auditCheckpointFile: parsed.AUDIT_CHECKPOINT_FILE ?? null,
    auditCheckpointUrl: parsed.AUDIT_CHECKPOINT_URL ?? null,
    otlp: otlpOf(parsed),
    webhookAllowCidrs: parsed.WEBHOOK_ALLOW_CIDRS,
    accessLogRequired: parsed.ACCESS_LOG_REQUIRED === "1",
    staleVerdictSeconds: parsed.STALE_VERDICT_SECONDS,
    accessLogFsync: parsed.ACCESS_LOG_FSYNC === "1",
    metricsToken: parsed.METRICS_TOKEN ?? null,
    secrets: secretsOf(parsed),
    logLevel: parsed.LOG_LEVEL,
    logFormat: parsed.LOG_FORMAT ?? null,
    logRequests: parsed.LOG_REQUESTS,
  };
}

/** The value of a setting, or the content of the file that `NAME_FILE` names. @throws EnvError if both are set, or the file can't be read. */
export function readSetting(source: Settings, name: string): string | undefined {
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

function parseSignUp(value: string): Env["signUp"] {
  if (value === "open" || value === "invite") return value;
  const domains = list(value.toLowerCase());
  if (domains.length === 0 || !domains.every((domain) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))) {
    throw new EnvError("SIGN_UP must be open, invite, or a comma-separated list of email domains");
  }
  return domains;
}
