import { hash } from "node:crypto";
import { type Finding, note, ok, problem, warning } from "./finding";

/** A secret of the configuration. `name` says where it stands, such as `the password of DATABASE_URL`. */
export type NamedSecret = {
  name: string;
  value: string;
  /** Whether a person may have chosen it. Such a password is judged less strictly than a random secret. */
  isPassword: boolean;
};

type SecretFacts = {
  secrets: readonly NamedSecret[];
  /** Digests of SERVICE_TOKENS, in hexadecimal. */
  tokenDigests: readonly string[];
  local: boolean;
};

export function judgeSecrets(facts: SecretFacts): Finding[] {
  return [...judgeStrength(facts), ...judgeReuse(facts)];
}

function judgeStrength({ secrets, local }: SecretFacts): Finding[] {
  const weak = secrets.flatMap((secret) => {
    const reason = weaknessOf(secret);
    if (reason === null) return [];
    const what = `${capitalized(secret.name)} can be guessed: ${reason}.`;
    const make = local ? note : secret.isPassword ? warning : problem;
    return [make("secrets.strength", what)];
  });
  return weak.length > 0 ? weak : [ok("secrets.strength", "No secret looks as if it could be guessed.")];
}

const example =
  /change.?me|password|passwort|secret|token|example|keyboard cat|admin|letmein|qwerty|test|default|keyward|postgres/i;

/** Why a secret can be guessed; null if nothing speaks for it. */
export function weaknessOf({ value, isPassword }: Pick<NamedSecret, "value" | "isPassword">): string | null {
  if (example.test(value) && value.length < 40) return "it contains a word that is common in examples";
  if (/^(.{1,8}?)\1+$/.test(value)) return "it repeats itself";
  const kinds = new Set(value).size;
  if (kinds < (isPassword ? 5 : 8)) return "it has only a few different characters";
  if (withoutRuns(value).length < (isPassword ? 8 : 10)) return "it is short, or counts up like 1234";
  return null;
}

/** Leaves out characters that repeat the one before, or are its neighbor: abcd, 4321, aaaa. */
function withoutRuns(value: string): string {
  return [...value]
    .filter((character, index) => {
      const step = index === 0 ? 2 : character.charCodeAt(0) - value.charCodeAt(index - 1);
      return Math.abs(step) > 1;
    })
    .join("");
}

function judgeReuse({ secrets, tokenDigests }: SecretFacts): Finding[] {
  const names = new Map<string, Set<string>>();
  const add = (digest: string, name: string) => names.set(digest, (names.get(digest) ?? new Set()).add(name));
  for (const { name, value } of secrets) add(hash("sha256", value), name);
  for (const digest of tokenDigests) add(digest.toLowerCase(), "an entry of SERVICE_TOKENS");
  const reused = [...names.values()].filter((group) => group.size > 1);
  if (reused.length === 0) return [ok("secrets.reuse", "No secret is used twice.")];
  return reused.map((group) =>
    warning("secrets.reuse", `${capitalized([...group].join(" and "))} are the same.`),
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
