import { hash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { parseEnv } from "../env";
import { examineSecrets, judgeSecretFiles } from "./examine-secrets";
import { weaknessOf } from "./judge-secrets";

const random = () => randomBytes(33).toString("base64");
const deployed = () => ({
  ...{ APP_URL: "https://keys.example.com", DATA_DIR: mkdtempSync(path.join(tmpdir(), "keyward-test-")) },
  ...{ AUTH_SECRET: random(), ENCRYPTION_KEYS: randomBytes(32).toString("base64") },
});
const examine = (source: Record<string, string>, invalid: string[] = []) =>
  examineSecrets(source, parseEnv(source), new Set(invalid));
const severitiesOf = (findings: ReturnType<typeof examine>, id: string) =>
  findings.filter((finding) => finding.id === id).map(({ severity }) => severity);

test.each([
  ["a-service-token-of-a-test", false],
  ["service-token-1234", false],
  ["0123456789abcdef0123", false],
  ["abcabcabcabcabcabcabc", false],
  ["aaaaaaaabbbbbbbbccccccc", false],
  ["hunter", true],
  ["postgres", true],
  ["1234567890", true],
])("%s can be guessed", (value, isPassword) => {
  expect(weaknessOf({ value, isPassword })).not.toBeNull();
});

test("random secrets and good passwords can't be guessed", () => {
  for (let count = 0; count < 200; count += 1) {
    expect(weaknessOf({ value: random(), isPassword: false })).toBeNull();
    expect(weaknessOf({ value: randomBytes(24).toString("hex"), isPassword: false })).toBeNull();
  }
  expect(weaknessOf({ value: "grV7-paQ2!xM", isPassword: true })).toBeNull();
});

test("a weak secret is a problem on a deployed server and a note on a local one, and is never shown", () => {
  const weak = { METRICS_TOKEN: "metrics-secret-1234" };
  const found = examine({ ...deployed(), ...weak });
  expect(severitiesOf(found, "secrets.strength")).toEqual(["problem"]);
  expect(JSON.stringify(found)).not.toContain(weak.METRICS_TOKEN);
  expect(severitiesOf(examine(weak), "secrets.strength")).toEqual(["note"]);
  expect(severitiesOf(examine(deployed()), "secrets.strength")).toEqual(["ok"]);
  const withPassword = { ...deployed(), DATABASE_URL: "postgresql://u:postgres@db.example.com/keyward" };
  expect(severitiesOf(examine(withPassword), "secrets.strength")).toEqual(["warning"]);
});

test.each<[string, (secret: string) => Record<string, string>]>([
  ["AUTH_SECRET and SERVICE_TOKEN", (secret) => ({ AUTH_SECRET: secret, SERVICE_TOKEN: secret })],
  [
    "METRICS_TOKEN and an entry of SERVICE_TOKENS",
    (secret) => ({
      METRICS_TOKEN: secret,
      SERVICE_TOKENS: `billing:${hash("sha256", secret)}`,
    }),
  ],
  [
    "AUTH_SECRET and a password",
    (secret) => ({
      AUTH_SECRET: secret,
      SMTP_URL: `smtp://user:${encodeURIComponent(secret)}@mail.example.com:587`,
    }),
  ],
])("reuse is found: %s", (_title, settingsOf) => {
  const found = examine({ ...deployed(), ...settingsOf(random()) });
  expect(severitiesOf(found, "secrets.reuse")).toEqual(["warning"]);
});

test("two tokens of one list, and a setting that isn't valid, aren't reuse", () => {
  const secret = random();
  const settings = { ...deployed(), SERVICE_TOKEN: random(), METRICS_TOKEN: random() };
  expect(severitiesOf(examine(settings), "secrets.reuse")).toEqual(["ok"]);
  const invalid = { ...settings, AUTH_SECRET: secret, METRICS_TOKEN: secret };
  expect(severitiesOf(examine(invalid, ["AUTH_SECRET"]), "secrets.reuse")).toEqual(["ok"]);
});

test("a file with a secret that everyone can read is named", () => {
  const settings = deployed();
  const [given, generated] = [
    path.join(settings.DATA_DIR, "token"),
    path.join(settings.DATA_DIR, "secrets/auth-secret"),
  ];
  mkdirSync(path.dirname(generated));
  for (const file of [given, generated]) writeFileSync(file, random(), { mode: 0o600 });
  const filesOf = () =>
    examine({ ...settings, SERVICE_TOKEN_FILE: given }).filter(({ id }) => id === "secrets.files");
  expect(filesOf()).toMatchObject([{ severity: "ok" }]);
  for (const file of [given, generated]) chmodSync(file, 0o644);
  expect(filesOf()).toMatchObject([
    { severity: "note", what: expect.stringContaining(given) },
    { severity: "warning", what: expect.stringContaining(generated) },
  ]);
  expect(judgeSecretFiles([{ file: given, isOurs: true, mode: 0o100640 }])).toMatchObject([
    { severity: "ok" },
  ]);
});
