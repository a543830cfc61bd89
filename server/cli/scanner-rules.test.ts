import { RE2JS } from "re2js";
import { parse as parseToml } from "smol-toml";
import { expect, test, vi } from "vitest";
import { parse as parseYaml } from "yaml";
import { generateSecret, type KeyFormat, nativeFormat } from "@/lib/engine/keys/key-format";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";
import { scannerFormats, scannerRules } from "./scanner-rules";

useRuntime();
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 60_000 });

type Rule = { regex: string; keywords: string[]; entropy: number };
const gitleaksRules = (config: string) => (parseToml(config) as { rules: (Rule & { id: string })[] }).rules;
const trufflehogDetectors = (config: string) =>
  (parseYaml(config) as { detectors: (Omit<Rule, "regex"> & { regex: { key: string } })[] }).detectors;
const rulesFor = (formats: KeyFormat[]) => scannerRules(formats, formats[0]?.prefix ?? "", "Keyward");

/** Finds secrets as both scanners do: keywords in any case, then RE2, then the entropy of group 1. */
function find(rule: Rule, text: string): string[] {
  if (!rule.keywords.some((keyword) => text.toLowerCase().includes(keyword))) return [];
  const matcher = RE2JS.compile(rule.regex).matcher(text);
  const found: string[] = [];
  while (matcher.find()) found.push(matcher.group(1) as string);
  return found.filter((secret) => entropyOf(secret) > rule.entropy);
}

/** Shannon's entropy in bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}

const scanners: [string, (formats: KeyFormat[]) => Rule[]][] = [
  ["gitleaks", (formats) => gitleaksRules(scannerFormats.gitleaks(rulesFor(formats)))],
  [
    "TruffleHog",
    (formats) =>
      trufflehogDetectors(scannerFormats.trufflehog(rulesFor(formats))).map((detector) => ({
        ...detector,
        regex: detector.regex.key,
      })),
  ],
];

test.each(scanners)("the rules for %s find keys of every prefix, and nothing else", (_name, rulesOf) => {
  for (const prefix of ["kw_sk_", "plx_sk_", "sk_live_", "A", "0", "_", "x".repeat(20)]) {
    const [rule] = rulesOf([nativeFormat(prefix)]) as [Rule];
    const [one, other] = [generateSecret(prefix), generateSecret(prefix)];
    for (const text of [
      one,
      `API_KEY=${one}`,
      `{"apiKey":"${one}"}`,
      `curl -H 'x-api-key: ${one}'\n`,
      `https://example.com/?key=${one}&a=b`,
      `\t${one}\r\n`,
    ])
      expect(find(rule, text), text).toEqual([one]);
    expect(find(rule, `${one},${other}\n`)).toEqual([one, other]);
    for (const text of [
      one.slice(0, -1),
      `${one}x`,
      `x${one}`,
      one.replace(prefix, "other_"),
      prefix + "x".repeat(38),
    ])
      expect(find(rule, text), text).toEqual([]);
  }
});

test.each(scanners)("the rules for %s find 1,000 generated keys", (_name, rulesOf) => {
  const [rule] = rulesOf([nativeFormat("kw_sk_")]) as [Rule];
  const secrets = Array.from({ length: 1000 }, () => generateSecret("kw_sk_"));
  expect(find(rule, secrets.join("\n"))).toEqual(secrets);
});

test.each(scanners)(
  "the rules for %s cover earlier prefixes and imported keys that have a prefix",
  (_name, rulesOf) => {
    const rules = rulesOf([
      nativeFormat("kw_sk_"),
      nativeFormat("old_"),
      { prefix: "imp-", length: 20, checksummed: false },
      { prefix: "-x-", length: 20, checksummed: false },
      { prefix: "", length: 32, checksummed: false },
    ]);
    expect(rules).toHaveLength(4);
    const secrets = [
      generateSecret("kw_sk_"),
      generateSecret("old_"),
      "imp-aB3_dE6-gH9jK2mN",
      "-x-aB3_dE6-gH9jK2mNo",
    ];
    for (const [index, secret] of secrets.entries())
      expect(find(rules[index] as Rule, `key: "${secret}"`)).toEqual([secret]);
  },
);

test("the files contain only fields that the scanners know, and each rule has its own name", () => {
  const rules = rulesFor([nativeFormat("kw_sk_"), nativeFormat("old_")]);
  const gitleaks = parseToml(scannerFormats.gitleaks(rules)) as { extend: object; rules: { id: string }[] };
  expect(gitleaks.extend).toEqual({ useDefault: true });
  expect(gitleaks.rules.map(({ id }) => id)).toEqual(["keyward-api-key", "keyward-api-key-old_42"]);
  for (const rule of gitleaks.rules)
    expect(Object.keys(rule)).toEqual(["id", "description", "regex", "secretGroup", "entropy", "keywords"]);
  const trufflehog = parseYaml(scannerFormats.trufflehog(rules)) as { detectors: { name: string }[] };
  expect(trufflehog.detectors.map(({ name }) => name)).toEqual(["keyward-api-key", "keyward-api-key-old_42"]);
  for (const detector of trufflehog.detectors)
    expect(Object.keys(detector)).toEqual(["name", "keywords", "regex", "entropy"]);
});

test("the command prints the rules for the configured prefix and the earlier ones", async () => {
  const env = { API_KEY_PREFIX: "plx_sk_", PRODUCT_NAME: 'The "Plexe" API' };
  const gitleaks = await keyward(["leak", "rules", "--format", "gitleaks"], { env });
  expectDone(gitleaks);
  expect(gitleaksRules(gitleaks.stdout).map(({ id, regex }) => [id, regex])).toEqual([
    ["the-plexe-api-api-key-kw_sk_44", "\\b(kw_sk_[0-9A-Za-z]{38})\\b"],
    ["the-plexe-api-api-key", "\\b(plx_sk_[0-9A-Za-z]{38})\\b"],
  ]);
  const trufflehog = await keyward(["leak", "rules", "--format", "trufflehog"], { env });
  expectDone(trufflehog);
  expect(trufflehogDetectors(trufflehog.stdout)).toHaveLength(2);
  const regex = await keyward(["leak", "rules", "--format", "regex"], { env });
  expect(regex.stdout).toBe("\\b(kw_sk_[0-9A-Za-z]{38})\\b\n\\b(plx_sk_[0-9A-Za-z]{38})\\b\n");
  const json = await keyward(["leak", "rules", "--json"], { env });
  expect((json.json as { rules: object[] }).rules).toHaveLength(2);
  expectFailed(await keyward(["leak", "rules", "--format", "other"], { env }), /gitleaks, trufflehog, regex/);
  expect(runtime().env.apiKeyPrefix).toBe("kw_sk_");
});
