import { randomBytes } from "node:crypto";
import { type Env, EnvError, parseEnv } from "../env";
import { settings } from "../env-settings";
import { type Finding, ok, problem } from "./finding";

export type Settings = Record<string, string | undefined>;

export type ReadSettings = {
  /** Without the invalid settings. Null if not even that can be parsed. */
  env: Env | null;
  /** The names of invalid and missing settings. What depends on them isn't checked. */
  invalid: ReadonlySet<string>;
  /** The environment without them. */
  valid: Settings;
  findings: Finding[];
};

/** So that the other settings are parsed while a required one is missing. Nothing is checked with these values. */
const standIns: Settings = {
  AUTH_SECRET: randomBytes(33).toString("base64"),
  ENCRYPTION_KEYS: randomBytes(32).toString("base64"),
};

/** Parses all settings, and names every one that is invalid, not only the first. */
export function readSettings(source: Settings): ReadSettings {
  const rest = { ...source };
  const invalid = new Set<string>();
  const findings: Finding[] = [];
  for (;;) {
    try {
      const env = parseEnv(rest);
      if (findings.length > 0) return { env, invalid, valid: rest, findings };
      return { env, invalid, valid: rest, findings: [ok("settings.values", "All settings are valid.")] };
    } catch (error) {
      if (!(error instanceof EnvError)) throw error;
      const [first, ...others] = namesIn(error.message);
      if (first === undefined || !invalid.has(first))
        findings.push(problem("settings.values", `${error.message}.`));
      const removed = first === undefined ? undefined : leaveOut(rest, first, others);
      if (removed === undefined) return { env: null, invalid, valid: rest, findings };
      for (const name of [first as string, removed]) invalid.add(name);
    }
  }
}

/** The settings that a message names, in order. */
function namesIn(message: string): string[] {
  const names = message.match(/[A-Z][A-Z_]+[A-Z]/g) ?? [];
  return names.map((name) => name.replace(/_FILE$/, "")).filter((name) => name in settings);
}

/**
 * Removes the setting that an error is about, or replaces a missing one, or removes another one that the error names, such as the
 * other half of a pair. @returns The name of what was changed; undefined if nothing can be.
 */
function leaveOut(rest: Settings, first: string, others: string[]): string | undefined {
  const isSet = (name: string) => Boolean(rest[name] || rest[`${name}_FILE`]);
  if (!isSet(first) && standIns[first]) {
    rest[first] = standIns[first];
    return first;
  }
  const name = [first, ...others].find(isSet);
  if (name === undefined) return undefined;
  delete rest[name];
  delete rest[`${name}_FILE`];
  return name;
}
