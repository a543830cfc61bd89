import type { Command } from "commander";
import { AppError } from "@/lib/contracts/app-error";
import { discardSeals } from "@/lib/server/chains/discard-seals";
import { countSealed } from "@/lib/server/encryption-keys/count-sealed";
import { encryptionKeyId } from "@/lib/server/encryption-keys/encryption-key-id";
import {
  discardUnreadableSecrets,
  findUnreadableSecrets,
  type UnreadableSecret,
} from "@/lib/server/events/unreadable-secrets";
import { runtime } from "@/lib/server/runtime";
import {
  discardUnreadable,
  findUnreadable,
  type Unreadable,
} from "@/lib/server/second-factors/unreadable-secrets";
import { amountsOf, eachKind } from "./amounts";
import { action, type Print } from "./command-action";

type Found = Unreadable & { signingSecrets: UnreadableSecret[]; areSealsLost: boolean };
type DiscardOptions = { keysAreLost?: boolean; json?: boolean };

export function addEncryptionKeyCommands(program: Command): void {
  const keys = program.command("encryption-keys").description("Data that is encrypted with ENCRYPTION_KEYS.");
  keys
    .command("check")
    .description(
      "Check that ENCRYPTION_KEYS can decrypt everything, and say how much each of them decrypts. Changes nothing.",
    )
    .option("--json")
    .action(action(check));
  keys
    .command("discard-unreadable")
    .description(
      "Remove what ENCRYPTION_KEYS can't decrypt: authenticator apps, whose users are signed out, signing secrets, whose event subscriptions are paused, queued mails, and the seals of the logs. You can't undo this.",
    )
    .option("--keys-are-lost", "confirm that there is no copy of the earlier keys")
    .option("--json")
    .action(action(discard));
}

async function check(_: object, print: Print): Promise<void> {
  const found = await find();
  const counts = await countSealed();
  const keys = runtime().encryptionKeys.map((key, index) => ({
    id: encryptionKeyId(key),
    encrypts: index === 0,
    decrypts: eachKind((kind) => counts[kind].byKey[index] ?? 0),
  }));
  const lines = keys.map(
    ({ id, encrypts, decrypts }) =>
      `${encrypts ? "The first key" : "An earlier key"} (${id}) decrypts ${amountsOf(decrypts)}.`,
  );
  print(
    { ...documentOf(found), keys },
    [`ENCRYPTION_KEYS can't decrypt ${sentenceOf(found)}.`, ...lines].join("\n"),
  );
}

async function discard(options: DiscardOptions, print: Print): Promise<void> {
  const found = await find();
  const { authenticators, mails, signingSecrets, areSealsLost } = found;
  const isNothing =
    [authenticators, mails, signingSecrets].every(({ length }) => length === 0) && !areSealsLost;
  if (!isNothing && !options.keysAreLost)
    throw new AppError(
      "invalid_request",
      `This would remove ${sentenceOf(found)}. Add --keys-are-lost if there is no copy of the earlier keys.`,
    );
  await discardUnreadable(found);
  // Afterwards: it queues mail, which the new key can decrypt.
  await discardUnreadableSecrets(found.signingSecrets);
  if (areSealsLost) await discardSeals();
  const people = found.authenticators.map(({ person }) => `  ${person.email}`);
  const subscriptions = found.signingSecrets.map(({ subscriptionId }) => `  ${subscriptionId}`);
  print(documentOf(found), [`Removed ${sentenceOf(found)}.`, ...people, ...subscriptions].join("\n"));
}

async function find(): Promise<Found> {
  return {
    ...(await findUnreadable()),
    signingSecrets: await findUnreadableSecrets(),
    areSealsLost: runtime().chainKeys === null,
  };
}

function sentenceOf({ authenticators, signingSecrets, mails, areSealsLost }: Found): string {
  const apps = count(authenticators.length, "authenticator app");
  const secrets = count(signingSecrets.length, "signing secret");
  const queued = count(mails.length, "queued mail");
  return areSealsLost
    ? `${apps}, ${secrets}, ${queued} and the seals of the logs`
    : `${apps}, ${secrets} and ${queued}`;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

function documentOf({ authenticators, signingSecrets, mails, areSealsLost }: Found) {
  return {
    authenticators: authenticators.map(({ person }) => ({ user_id: person.id, email: person.email })),
    signing_secrets: signingSecrets.map(({ subscriptionId, workspaceId }) => ({
      subscription_id: subscriptionId,
      workspace_id: workspaceId,
    })),
    queued_mails: mails.length,
    seals: areSealsLost,
  };
}
