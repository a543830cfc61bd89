import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { type Env, readSetting } from "../env";
import { type Finding, note, ok, warning } from "./finding";
import { judgeSecrets, type NamedSecret } from "./judge-secrets";
import type { Settings } from "./read-settings";

/** Settings whose files must not be readable by everyone. */
const secretSettings = [
  ...[
    "AUTH_SECRET",
    "AUTH_SECRET_PREVIOUS",
    "ENCRYPTION_KEYS",
    "SERVICE_TOKEN",
    "METRICS_TOKEN",
    "DATABASE_URL",
    "REDIS_URL",
    "SMTP_URL",
  ],
  ...["GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_SECRET", "OIDC_CLIENT_SECRET"],
  ...["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_LOGS_HEADERS"],
];

/** @param invalid Settings whose values in `env` aren't the operator's. */
export function examineSecrets(source: Settings, env: Env, invalid: ReadonlySet<string>): Finding[] {
  return [
    ...judgeSecrets({
      secrets: findSecrets(source, env).filter(({ setting }) => !invalid.has(setting)),
      tokenDigests: env.serviceTokens
        .filter(({ label }) => label !== "default")
        .map(({ digest }) => digest.toString("hex")),
      local: env.local,
    }),
    ...judgeSecretFiles(findSecretFiles(source, env.dataDir)),
  ];
}

function findSecrets(source: Settings, env: Env): (NamedSecret & { setting: string })[] {
  const random = (["AUTH_SECRET", "AUTH_SECRET_PREVIOUS", "SERVICE_TOKEN", "METRICS_TOKEN"] as const).map(
    (setting) => ({
      ...{ setting, name: setting, isPassword: false },
      value: readSetting(source, setting) ?? "",
    }),
  );
  const keys = env.encryptionKeys.map((value, index) => ({
    ...{ setting: "ENCRYPTION_KEYS", isPassword: false, value },
    name: env.encryptionKeys.length === 1 ? "ENCRYPTION_KEYS" : `key ${index + 1} of ENCRYPTION_KEYS`,
  }));
  const addresses: [string, string | null][] = [
    ["DATABASE_URL", env.databaseUrl],
    ["REDIS_URL", env.redisUrls[0] ?? null],
    ["SMTP_URL", env.smtpUrl],
  ];
  const passwords = addresses.map(([setting, url]) => ({
    ...{ setting, name: `the password of ${setting}`, isPassword: true },
    value: passwordOf(url ?? ""),
  }));
  return [...random, ...keys, ...passwords].filter(({ value }) => value !== "");
}

function passwordOf(url: string): string {
  const password = URL.parse(url)?.password ?? "";
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

type SecretFile = { file: string; isOurs: boolean; mode: number };

function findSecretFiles(source: Settings, dataDir: string): SecretFile[] {
  const folder = path.join(dataDir, "secrets");
  const given = secretSettings.flatMap((name) => source[`${name}_FILE`] ?? []);
  return [
    ...given.map((file) => ({ file, isOurs: false })),
    ...namesIn(folder).map((name) => ({ file: path.join(folder, name), isOurs: true })),
  ].flatMap(({ file, isOurs }) => {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode;
    return mode === undefined ? [] : [{ file, isOurs, mode }];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const readableByOthers = 0o004;

/** Containers mount secrets readable for everyone, in a place that only the container sees. */
export function judgeSecretFiles(files: readonly SecretFile[]): Finding[] {
  if (process.platform === "win32") return [];
  const open = files.filter(({ mode }) => (mode & readableByOthers) !== 0);
  if (open.length === 0) return [ok("secrets.files", "No file with a secret is readable by everyone.")];
  return open.map(({ file, isOurs }) =>
    (isOurs ? warning : note)("secrets.files", `Every account of this machine can read ${file}.`),
  );
}
