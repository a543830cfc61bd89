import type { Command } from "commander";
import { AppError } from "@/lib/contracts/app-error";
import { countSealed, underEarlierKeys } from "@/lib/server/encryption-keys/count-sealed";
import { encryptionKeyId } from "@/lib/server/encryption-keys/encryption-key-id";
import { compareInstanceKeys, type InstancesWithKeys } from "@/lib/server/encryption-keys/instance-keys";
import { type Resealed, reseal } from "@/lib/server/encryption-keys/reseal";
import { type SealedKind, sealedColumns } from "@/lib/server/encryption-keys/sealed-columns";
import { runtime } from "@/lib/server/runtime";
import { amountOf, amountsOf, eachKind, sumOf } from "./amounts";
import { action, type Print } from "./command-action";
import { generateLocalSecrets, localSecretNames, removeEarlierSecrets } from "./local-secret-files";
import { createProgressLine } from "./progress-line";

type RotateOptions = { generate?: boolean; removeEarlier?: boolean; json?: boolean };
type Rotation = {
  generated: string[];
  resealed: Resealed;
  /** What is still encrypted with an earlier key. */
  earlier: Record<SealedKind, number>;
  unreadable: Record<SealedKind, number>;
  instances: InstancesWithKeys;
  canRemove: boolean;
  isRemoved: boolean;
};

/** Values may be sealed with an earlier key while a pass is under way. */
const maximumPasses = 3;

export function addSecretCommands(program: Command): void {
  program
    .command("secrets")
    .description("The secrets of the server's environment.")
    .command("rotate")
    .description(
      "Encrypt with the first of ENCRYPTION_KEYS what the others encrypt, and say whether these can be removed. It can be stopped and repeated at any time.",
    )
    .option(
      "--generate",
      "first make a new encryption key and AUTH_SECRET, if they are kept in DATA_DIR; the earlier ones stay",
    )
    .option("--remove-earlier", "then remove the earlier ones from DATA_DIR, unless something needs them")
    .option("--json")
    .action(action(rotate));
}

async function rotate({ generate, removeEarlier, json }: RotateOptions, print: Print): Promise<void> {
  const server = runtime();
  if (removeEarlier) requireLocalKey("--remove-earlier");
  if (generate) requireLocalKey("--generate");
  const generated = generate ? await generateLocalSecrets() : [];
  const before = await compareInstanceKeys(server);
  if (before.withoutFirstKey > 0 && !generate)
    throw new AppError(
      "conflict",
      `${runningInstances(before.withoutFirstKey)} didn't start with the key ${currentKeyId()}, so nothing was encrypted with it. Start every instance with this key in ENCRYPTION_KEYS, then run this again.`,
    );
  const resealed = before.withoutFirstKey > 0 ? eachKind(() => 0) : await resealEverything(json === true);
  const counts = await countSealed();
  const earlier = eachKind((kind) => underEarlierKeys(counts[kind]));
  const unreadable = eachKind((kind) => counts[kind].unreadable);
  const instances = await compareInstanceKeys(server);
  const canRemove =
    server.encryptionKeys.length > 1 && sumOf(earlier) === 0 && instances.encryptingWithAnother === 0;
  const isRemoved = canRemove && removeEarlier === true;
  if (isRemoved) removeEarlierSecrets();
  const rotation = { generated, resealed, earlier, unreadable, instances, canRemove, isRemoved };
  print(documentOf(rotation), sentencesOf(rotation).join("\n"));
  if (sumOf(unreadable) > 0)
    throw new AppError(
      "conflict",
      `No key decrypts ${amountsOf(unreadable)}. They were left as they are: docs/security.md, "Lost encryption keys".`,
    );
  if (removeEarlier && !isRemoved && server.encryptionKeys.length > 1)
    throw new AppError("conflict", "The earlier keys were not removed, because they are still needed.");
}

function requireLocalKey(option: string): void {
  if (localSecretNames().includes("encryption-key")) return;
  throw new AppError(
    "invalid_request",
    `${option} is for keys that are kept in DATA_DIR, but ENCRYPTION_KEYS is set. Change it there: a new key goes to the beginning, and the earlier ones stay until nothing needs them.`,
  );
}

async function resealEverything(isQuiet: boolean): Promise<Resealed> {
  const total = eachKind(() => 0);
  const progress = isQuiet && !process.stderr.isTTY ? null : createProgressLine(process.stderr);
  try {
    for (let pass = 0; pass < maximumPasses; pass += 1) {
      const resealed = await reseal((kind, seen, all) =>
        progress?.update(
          () => `${seen.toLocaleString("en-US")} of ${amountOf(all, sealedColumns[kind].nouns)} checked`,
        ),
      );
      for (const [kind, count] of Object.entries(resealed)) total[kind as keyof Resealed] += count;
      if (sumOf(resealed) === 0) break;
    }
  } finally {
    progress?.end();
  }
  return total;
}

function sentencesOf(rotation: Rotation): string[] {
  const { generated, resealed, instances } = rotation;
  const made = generated.length > 0 ? [`Made a new ${generated.join(" and a new ")} in DATA_DIR.`] : [];
  if (instances.withoutFirstKey > 0)
    return [
      ...made,
      `Restart the server now: ${runningInstances(instances.withoutFirstKey)} didn't start with the new key. Then run secrets rotate again, without --generate.`,
    ];
  return [
    ...made,
    `Encrypted again with the key ${currentKeyId()}: ${amountsOf(resealed)}.`,
    nextStep(rotation),
  ];
}

function nextStep({ earlier, instances, canRemove, isRemoved }: Rotation): string {
  const { encryptingWithAnother } = instances;
  if (runtime().encryptionKeys.length === 1)
    return localSecretNames().includes("encryption-key")
      ? "There is only one key. To replace it, add --generate."
      : "There is only one key. To replace it, put a new one before it in ENCRYPTION_KEYS, restart every instance, and run this again.";
  if (isRemoved) return "Removed the earlier keys from DATA_DIR. Backups made until now need them.";
  if (canRemove)
    return "Nothing needs the earlier keys any more: you can remove them. Keep a copy with the backups that were made until now, which need them.";
  return encryptingWithAnother > 0
    ? `Keep the earlier keys: one of them still encrypts on ${runningInstances(encryptingWithAnother)}. Put the key ${currentKeyId()} first everywhere, restart, and run this again.`
    : `Keep the earlier keys: they still encrypt ${amountsOf(earlier)}. Run this again.`;
}

function documentOf({ generated, resealed, earlier, unreadable, instances, canRemove, isRemoved }: Rotation) {
  return {
    keys: runtime().encryptionKeys.map((key, index) => ({ id: encryptionKeyId(key), encrypts: index === 0 })),
    generated,
    encrypted_again: resealed,
    under_earlier_keys: earlier,
    unreadable,
    instances: {
      running: instances.running,
      without_first_key: instances.withoutFirstKey,
      encrypting_with_another: instances.encryptingWithAnother,
    },
    earlier_keys_can_be_removed: canRemove,
    earlier_keys_removed: isRemoved,
  };
}

function currentKeyId(): string {
  return encryptionKeyId(runtime().encryptionKeys[0] as Buffer);
}

function runningInstances(count: number): string {
  return amountOf(count, ["running instance", "running instances"]);
}
