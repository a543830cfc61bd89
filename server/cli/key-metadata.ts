import { type Command, InvalidArgumentError } from "commander";
import type { KeyMetadata } from "@/lib/contracts/api-keys";
import { keyMetadata } from "@/lib/contracts/service-api-input";
import { parseInput } from "@/lib/server/http/read-body";
import { refuseSecret } from "@/lib/server/keys/refuse-secret";

export function addMetadataOption(command: Command): Command {
  return command.option(
    "--metadata <key=value>",
    "data of your own, repeatable; a number, true or false keeps its type, unless it is in quotes: plan='\"7\"'",
    addEntry,
  );
}

/** @throws AppError `invalid_request` for what can't be metadata, such as an API key. */
export function requireMetadata(metadata: KeyMetadata): KeyMetadata {
  for (const [name, value] of Object.entries(metadata)) refuseSecret(`metadata.${name}`, `${name} ${value}`);
  return parseInput(metadata, keyMetadata);
}

function addEntry(text: string, before: KeyMetadata = {}): KeyMetadata {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be KEY=VALUE.");
  const key = text.slice(0, at);
  // The schema would leave it out without a word.
  if (key === "__proto__") throw new InvalidArgumentError("Use another name.");
  return { ...before, [key]: typedValue(text.slice(at + 1)) };
}

/** A number counts as one only if it can be written in no other way: `007` and `1e3` are text. */
function typedValue(text: string): KeyMetadata[string] {
  if (text === "true" || text === "false") return text === "true";
  if (Number.isFinite(Number(text)) && String(Number(text)) === text) return Number(text);
  return /^".*"$/s.test(text) ? unquoted(text) : text;
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
