import { isAbsolute } from "node:path";
import { z } from "zod";
import { isAddressBlock } from "@/lib/engine/request/client-address";
import { emailAddress } from "../contracts/names";
import { isIssuer } from "./env-identity-providers";
import { otlpTypes } from "./env-otlp";
import { isLoopbackName, loopbackBlocks } from "./loopback";
import { isServiceTokenEntry } from "./service-token";

/** A list whose items are separated by commas. */
export const list = (value: string) =>
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

/** The environment variables that Keyward reads, with their defaults. */
export const settings = {
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
  AUTH_SECRET_PREVIOUS: z.string().min(32, "needs at least 32 characters").optional(),
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
      (entries) => entries.every(isServiceTokenEntry),
      "must be SHA-256 digests in hexadecimal with commas between them, each as HEX, label:HEX or label:HEX:ws_…",
    )
    .default([]),
  LEAK_REPORT_KEYS_URL: z
    .string()
    .refine(isAuthenticatedUrl, "must be an https address (http on a loopback name only)")
    .default("https://api.github.com/meta/public_keys/secret_scanning"),
  TRUSTED_PROXIES: z.string().transform(list).pipe(z.array(cidr)).default(loopbackBlocks),
  PLAIN_HTTP_FROM: z.string().transform(list).pipe(z.array(cidr)).default([]),
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
  EVENT_RETENTION_DAYS: z.coerce.number().int().min(1).default(30),
  AUDIT_CHECKPOINT_FILE: z.string().refine(isAbsolute, "must be an absolute path").optional(),
  AUDIT_CHECKPOINT_URL: z
    .string()
    .refine(isAuthenticatedUrl, "must be an https address (http on a loopback name only)")
    .optional(),
  WEBHOOK_ALLOW_CIDRS: z.string().transform(list).pipe(z.array(cidr)).default([]),
  ACCESS_LOG_REQUIRED: z.enum(["0", "1"], "must be 0 or 1").default("1"),
  STALE_VERDICT_SECONDS: z.coerce.number().min(0).max(3600).default(0),
  ACCESS_LOG_FSYNC: z.enum(["0", "1"], "must be 0 or 1").default("0"),
  ACCESS_LOG_EXPORT_MEGABYTES: z.coerce.number().int().min(64).default(1024),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpTypes.endpoint.optional(),
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: otlpTypes.endpoint.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: otlpTypes.headers.optional(),
  OTEL_EXPORTER_OTLP_LOGS_HEADERS: otlpTypes.headers.optional(),
  OTEL_EXPORTER_OTLP_TIMEOUT: otlpTypes.timeout.default(10_000),
  OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: otlpTypes.timeout.optional(),
  OTEL_EXPORTER_OTLP_COMPRESSION: otlpTypes.compression.default("gzip"),
  OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: otlpTypes.compression.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: otlpTypes.pairs.default({}),
  METRICS_TOKEN: z.string().min(16, "needs at least 16 characters").optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  LOG_FORMAT: z.enum(["json", "pretty"], "must be json or pretty").optional(),
  LOG_REQUESTS: z.coerce
    .number("must be a share of the requests, from 0 to 1")
    .min(0, "must be a share of the requests, from 0 to 1")
    .max(1, "must be a share of the requests, from 0 to 1")
    .default(0),
} as const;

/**
 * The other end must be authenticated: its keys decide whose reports revoke API keys, and its checkpoints what is believed of the
 * log.
 */
function isAuthenticatedUrl(value: string): boolean {
  const url = URL.parse(value);
  if (!url || url.username) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopbackName(url.hostname));
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
