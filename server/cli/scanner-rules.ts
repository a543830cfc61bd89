import type { KeyFormat } from "@/lib/engine/keys/key-format";

/** How a secret scanner recognizes a kind of key. The pattern is valid in RE2, Go and JavaScript; its group 1 is the key. */
export type ScannerRule = { id: string; description: string; pattern: string; keyword: string };

/** Random characters have more entropy than this, placeholders such as `kw_sk_xxxx…` less. */
const leastEntropy = 3;

/**
 * A rule for each format of keys in use, also for earlier prefixes and imported keys. Keys without a constant part look like any
 * other text, so they have none.
 */
export function scannerRules(
  formats: readonly KeyFormat[],
  configured: string,
  product: string,
): ScannerRule[] {
  const name = (product.toLowerCase().match(/[a-z0-9]+/g) ?? ["keyward"]).join("-");
  return formats
    .filter(({ prefix }) => prefix !== "")
    .map((format) => {
      const { prefix, length, checksummed } = format;
      const isConfigured = checksummed && prefix === configured;
      return {
        id: isConfigured ? `${name}-api-key` : `${name}-api-key-${prefix}${length}`,
        description: `API key of ${product} (${prefix}…)`,
        pattern: patternOf(format),
        keyword: prefix.toLowerCase(),
      };
    });
}

function patternOf({ prefix, length, checksummed }: KeyFormat): string {
  const rest = length - prefix.length;
  // Only native keys have an alphabet that is known, and end where a word ends.
  const key = checksummed ? `(${prefix}[0-9A-Za-z]{${rest}})\\b` : `(${prefix}[0-9A-Za-z_-]{${rest}})`;
  return prefix.startsWith("-") ? key : `\\b${key}`;
}

/** A configuration file in the format of a scanner. */
export const scannerFormats = {
  gitleaks: (rules: ScannerRule[]) =>
    ["[extend]", "useDefault = true", ...rules.flatMap(gitleaksRule)].join("\n"),
  trufflehog: (rules: ScannerRule[]) => ["detectors:", ...rules.flatMap(trufflehogDetector)].join("\n"),
  regex: (rules: ScannerRule[]) => rules.map(({ pattern }) => pattern).join("\n"),
} as const;
export type ScannerFormat = keyof typeof scannerFormats;

function gitleaksRule({ id, description, pattern, keyword }: ScannerRule): string[] {
  return [
    "",
    "[[rules]]",
    `id = ${JSON.stringify(id)}`,
    `description = ${JSON.stringify(description)}`,
    `regex = '''${pattern}'''`,
    "secretGroup = 1",
    `entropy = ${leastEntropy}`,
    `keywords = [${JSON.stringify(keyword)}]`,
  ];
}

function trufflehogDetector({ id, pattern, keyword }: ScannerRule): string[] {
  return [
    `  - name: ${JSON.stringify(id)}`,
    "    keywords:",
    `      - ${JSON.stringify(keyword)}`,
    "    regex:",
    `      key: '${pattern}'`,
    `    entropy: ${leastEntropy}`,
  ];
}
