import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { parseEnv } from "./env";
import { maskSecrets } from "./mask-secrets";

const random = () => randomBytes(24).toString("base64");

test("every secret of the environment is masked, also as a URL or JSON has it", () => {
  const odd = 'p"ss/wörd@+$^';
  const settings = {
    AUTH_SECRET: random(),
    AUTH_SECRET_PREVIOUS: random(),
    ENCRYPTION_KEYS: `${randomBytes(32).toString("base64")},${randomBytes(32).toString("base64")}`,
    SERVICE_TOKEN: random(),
    METRICS_TOKEN: random(),
    DATABASE_URL: `postgresql://keyward:${encodeURIComponent(odd)}@db.example.com/keyward?sslmode=require`,
    REDIS_URL: "redis://:redis-pass-1@one.example.com,redis://:redis-pass-2@two.example.com",
    SMTP_URL: "smtps://mailer:smtp-password@mail.example.com",
    OIDC_ISSUER: "https://id.example.com",
    OIDC_CLIENT_ID: "keyward-console",
    OIDC_CLIENT_SECRET: random(),
    AUDIT_CHECKPOINT_URL: "https://collector.example.com/lines?token=checkpoint-T0ken",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20otlp-T0ken-of-a-test",
  };
  const mask = maskSecrets(parseEnv(settings).secrets);
  const secret = [
    ...[settings.AUTH_SECRET, settings.AUTH_SECRET_PREVIOUS, settings.SERVICE_TOKEN, settings.METRICS_TOKEN],
    ...[...settings.ENCRYPTION_KEYS.split(","), settings.OIDC_CLIENT_SECRET, odd, encodeURIComponent(odd)],
    ...["redis-pass-1", "redis-pass-2", "smtp-password", "checkpoint-T0ken", "otlp-T0ken-of-a-test"],
  ];
  for (const text of secret) {
    expect(mask(`before ${text} after`)).toBe("before [secret] after");
    expect(mask(JSON.stringify({ text }))).toBe('{"text":"[secret]"}');
    expect(mask(`?x=${encodeURIComponent(text)}`)).toBe("?x=[secret]");
  }
  const harmless =
    "keyward@db.example.com/keyward?sslmode=require mailer mail.example.com keyward-console Bearer";
  expect(mask(harmless)).toBe(harmless);
});

test("a password that is also a name isn't masked, because the name appears in messages", () => {
  const { secrets } = parseEnv({ DATABASE_URL: "postgresql://keyward:keyward@localhost/keyward" });
  expect(secrets).toEqual([]);
});

test("without secrets nothing is masked, nor is a password that could be part of any text", () => {
  expect(maskSecrets([])("a text")).toBe("a text");
  expect(maskSecrets(["a"])("a text")).toBe("a text");
});
