import { generateAuthenticationOptions, verifyAuthenticationResponse } from "@simplewebauthn/server";
import { AppError } from "@/lib/contracts/app-error";
import type { PasskeyAssertionInput } from "@/lib/contracts/passkey-input";
import type { Passkey, PasskeyPurpose, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { challengeSeconds, makeChallenge, takeChallenge } from "./challenge";
import { relyingParty } from "./relying-party";

/** The purpose of a challenge, and the session or browser that must answer it. */
export type PasskeyQuestion = {
  purpose: Exclude<PasskeyPurpose, "add">;
  boundTo: string;
  /** Null if the passkey identifies the user. */
  userId: string | null;
};

/**
 * Options for requesting a passkey, with a new challenge.
 * @throws AppError `conflict` for a person without passkeys.
 */
export async function askForPasskey({ purpose, boundTo, userId }: PasskeyQuestion) {
  const passkeys = userId === null ? [] : await db().passkey.findMany({ where: { userId } });
  if (userId !== null && passkeys.length === 0) throw new AppError("conflict", "You don't have a passkey.");
  return generateAuthenticationOptions({
    rpID: relyingParty().id,
    challenge: await makeChallenge(purpose, boundTo),
    allowCredentials: passkeys.map(({ credentialId: id, transports }) => ({ id, transports })),
    userVerification: "required",
    timeout: challengeSeconds * 1000,
  });
}

/**
 * Verifies a passkey assertion (WebAuthn Level 3, §7.2) and uses up its challenge, whatever the result.
 * @returns The passkey's user, if known. `passed` only if every check passed.
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
    // It throws on any invalid response, and depends on nothing but its arguments.
  }).catch(() => null);
  if (!result?.verified) return false;
  return recordUse(passkey, result.authenticationInfo, database);
}

/** Compare and set: of two responses with the same counter, only one passes. A passkey without a counter always sends 0. */
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
