import { generateAuthenticationOptions, verifyAuthenticationResponse } from "@simplewebauthn/server";
import { AppError } from "@/lib/contracts/app-error";
import type { PasskeyAssertionInput } from "@/lib/contracts/passkey-input";
import type { Passkey, PasskeyPurpose, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { challengeSeconds, makeChallenge, takeChallenge } from "./challenge";
import { relyingParty } from "./relying-party";

/** What a passkey is asked for, and where the answer must come from. */
export type PasskeyQuestion = {
  purpose: Exclude<PasskeyPurpose, "add">;
  boundTo: string;
  /** Null where the passkey is to tell who its person is. */
  userId: string | null;
};

/**
 * What the browser needs to ask for a passkey, with a challenge of its own.
 * @throws AppError `conflict` for a person who has none.
 */
export async function askForPasskey({ purpose, boundTo, userId }: PasskeyQuestion) {
  const passkeys = userId === null ? [] : await db().passkey.findMany({ where: { userId } });
  if (userId !== null && passkeys.length === 0) throw new AppError("conflict", "You have no passkey.");
  return generateAuthenticationOptions({
    rpID: relyingParty().id,
    challenge: await makeChallenge(purpose, boundTo),
    allowCredentials: passkeys.map(({ credentialId: id, transports }) => ({ id, transports })),
    userVerification: "required",
    timeout: challengeSeconds * 1000,
  });
}

/**
 * Judges what a passkey signed (WebAuthn Level 3, §7.2) and uses up its challenge, whatever comes out.
 * @returns Whose the passkey is, if it is known at all; `passed` only where every check did.
 */
export async function checkAssertion(
  assertion: PasskeyAssertionInput,
  { purpose, boundTo, userId }: PasskeyQuestion,
  database: Prisma.TransactionClient = db(),
): Promise<{ userId: string | null; passed: boolean }> {
  const isOurs = await takeChallenge(purpose, boundTo, database);
  const passkey = await database.passkey.findUnique({ where: { credentialId: assertion.id } });
  if (!passkey) return { userId, passed: false };
  const passed =
    (userId === null ? assertion.userHandle !== undefined : passkey.userId === userId) &&
    isHandleOf(passkey, assertion) &&
    (await isSigned(assertion, passkey, isOurs, database));
  return { userId: userId ?? passkey.userId, passed };
}

function isHandleOf({ userId }: Passkey, { userHandle }: PasskeyAssertionInput): boolean {
  return userHandle === undefined || userHandle === Buffer.from(userId).toString("base64url");
}

async function isSigned(
  { id, userHandle, ...response }: PasskeyAssertionInput,
  passkey: Passkey,
  isOurs: (challenge: string) => boolean,
  database: Prisma.TransactionClient,
): Promise<boolean> {
  const { id: rpId, origins } = relyingParty();
  const result = await verifyAuthenticationResponse({
    response: { id, rawId: id, type: "public-key", clientExtensionResults: {}, response },
    expectedChallenge: isOurs,
    expectedOrigin: origins,
    expectedRPID: rpId,
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId,
      publicKey: Uint8Array.from(passkey.publicKey),
      counter: Number(passkey.counter),
    },
    // It throws for whatever is wrong with the answer, and asks nothing but its arguments.
  }).catch(() => null);
  if (!result?.verified) return false;
  return recordUse(passkey, result.authenticationInfo, database);
}

/** The count moves on by compare-and-set: of two answers with the same one, one passes; one that stands still is 0. */
async function recordUse(
  { id, userId }: Passkey,
  { newCounter, credentialBackedUp }: { newCounter: number; credentialBackedUp: boolean },
  database: Prisma.TransactionClient,
): Promise<boolean> {
  const { count } = await database.passkey.updateMany({
    where: { id, userId, ...(newCounter === 0 ? { counter: 0 } : { counter: { lt: newCounter } }) },
    data: { counter: newCounter, backedUp: credentialBackedUp, lastUsedAt: new Date() },
  });
  return count === 1;
}
