import type { Command } from "commander";
import type { KeyMetadata } from "@/lib/contracts/api-keys";
import { invalidField } from "@/lib/contracts/app-error";
import { publicUpdateApiKeyInput } from "@/lib/contracts/public-api-key-input";
import { parseInput } from "@/lib/server/http/read-body";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { refuseSecret } from "@/lib/server/keys/refuse-secret";
import { action, type Print } from "./command-action";
import { actorFor, type KeyOptions, listedJson } from "./key-actor";
import { addMetadataOption, requireMetadata } from "./key-metadata";

type SetOptions = KeyOptions & {
  name?: string;
  environment?: string;
  notes?: string;
  metadata?: KeyMetadata;
  removeMetadata?: string[];
};

export function addKeySetCommand(key: Command): void {
  addMetadataOption(
    key
      .command("set")
      .description("Change what is given, and print the key.")
      .requiredOption("--key-id <id>")
      .option("--name <name>")
      .option("--environment <environment>")
      .option("--notes <text>"),
  )
    .option(
      "--remove-metadata <key>",
      "an entry to remove, repeatable",
      (name: string, names: string[] = []) => [...names, name],
    )
    .option("--json")
    .action(action(setKey));
}

async function setKey(options: SetOptions, print: Print): Promise<void> {
  const { keyId, name, environment, notes, metadata = {}, removeMetadata = [] } = options;
  refuseSecret("notes", notes ?? "");
  const change = parseInput({ name, environment, notes }, publicUpdateApiKeyInput);
  const patch = {
    ...requireMetadata(metadata),
    ...Object.fromEntries(removeMetadata.map((one) => [one, null])),
  };
  const isEmpty = [name, environment, notes].every((one) => one === undefined);
  if (isEmpty && Object.keys(patch).length === 0)
    throw invalidField("key set", "Say what to change: --name, --environment, --notes or --metadata.");
  const both = removeMetadata.find((one) => one in metadata);
  if (both !== undefined) throw invalidField("--remove-metadata", `${both} is in --metadata as well.`);
  const actor = await actorFor(keyId);
  const changed = await changeApiKey(actor, keyId, { ...change, metadata: patch });
  const json = await listedJson(changed);
  print(json, `${json.name} is changed. Its metadata is ${JSON.stringify(json.metadata ?? {})}.`);
}
