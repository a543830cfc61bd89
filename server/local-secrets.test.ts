import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import {
  addLocalSecret,
  localSecretFile,
  readLocalSecrets,
  removeEarlierLocalSecrets,
} from "./local-secrets";

const folder = () => mkdtempSync(path.join(tmpdir(), "keyward-secrets-"));

test("a secret is generated once, and readable only by its owner", () => {
  const dataDir = folder();
  const [key] = readLocalSecrets(dataDir, "encryption-key");
  expect(Buffer.from(key ?? "", "base64")).toHaveLength(32);
  expect(readLocalSecrets(dataDir, "encryption-key")).toEqual([key]);
  expect(statSync(localSecretFile(dataDir, "encryption-key")).mode & 0o777).toBe(0o600);
  expect(statSync(path.join(dataDir, "secrets")).mode & 0o777).toBe(0o700);
  expect(readLocalSecrets(dataDir, "auth-secret")[0]).toHaveLength(44);
});

test("a new secret comes first, and one earlier secret stays until it is removed", () => {
  const dataDir = folder();
  const [first] = readLocalSecrets(dataDir, "auth-secret");
  const [second, ...rest] = addLocalSecret(dataDir, "auth-secret");
  expect(rest).toEqual([first]);
  expect(addLocalSecret(dataDir, "auth-secret").slice(1)).toEqual([second]);
  const file = localSecretFile(dataDir, "auth-secret");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const [third] = readLocalSecrets(dataDir, "auth-secret");
  expect(removeEarlierLocalSecrets(dataDir, "auth-secret")).toEqual([third]);
  expect(readFileSync(file, "utf8")).toBe(`${third}\n`);
  // Nothing is left of the files that were written before they were renamed.
  expect(readdirSync(path.dirname(file))).toEqual(["auth-secret"]);
});

test.each([
  ["encryption-key", ""],
  ["encryption-key", "too short"],
  ["encryption-key", `${Buffer.alloc(32).toString("base64")}\n${Buffer.alloc(31).toString("base64")}`],
  ["auth-secret", "short"],
] as const)("a spoiled %s is named, and its content isn't", (name, content) => {
  const dataDir = folder();
  readLocalSecrets(dataDir, name);
  const file = localSecretFile(dataDir, name);
  writeFileSync(file, content);
  expect(() => readLocalSecrets(dataDir, name)).toThrow(
    `${file} doesn't hold a secret on each line. Restore it from a backup`,
  );
  expect(readFileSync(file, "utf8")).toBe(content);
});
