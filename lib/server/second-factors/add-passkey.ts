import { generateRegistrationOptions, verifyRegistrationResponse } from "@simplewebauthn/server";
import { AppError } from "@/lib/contracts/app-error";
import type { NewPasskeyInput } from "@/lib/contracts/passkey-input";
import type { AddedPasskey } from "@/lib/contracts/passkeys";
import type { Origin } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { isUniqueViolation } from "../is-unique-violation";
import { newId } from "../new-id";
import { db } from "../runtime";
import type { CurrentSession } from "../sessions/session-store";
import { lockSessionUser } from "../sessions/sign-in-methods";
import { authenticatorName } from "./authenticator-name";
import { challengeSeconds, makeChallenge, takeChallenge } from "./challenge";
import { toPasskeyView } from "./manage-passkeys";
import { recordSecondFactorChange } from "./record-second-factor-change";
import { prepareNewSecondFactor } from "./recovery-codes";
import { relyingParty } from "./relying-party";

const maximumPasskeys = 20;

/** Options for creating a discoverable passkey with user verification. */
export async function beginAddingPasskey({ id, userId, email, userName }: CurrentSession) {
  const own = await db().passkey.findMany({ where: { userId } });
  if (own.length >= maximumPasskeys) throw tooMany();
  const { id: rpID, name: rpName } = relyingParty();
  return generateRegistrationOptions({
    rpID,
    rpName,
    userID: Uint8Array.from(Buffer.from(userId)),
    userName: email,
    userDisplayName: userName,
    challenge: await makeChallenge("add", id),
    timeout: challengeSeconds * 1000,
    attestationType: "none",
    excludeCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    authenticatorSelection: {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  });
}

/**
 * Verifies and stores a new passkey.
 * @throws AppError `conflict` if verification fails or the passkey is already registered.
 */
export async function addPasskey(
  session: CurrentSession,
  input: NewPasskeyInput,
  origin: Origin,
): Promise<AddedPasskey> {
  const { userId } = session;
  const made = await verify(session, input);
  try {
    return await db().$transaction(async (transaction) => {
      await lockSessionUser(transaction, session);
      if ((await transaction.passkey.count({ where: { userId } })) >= maximumPasskeys) throw tooMany();
      const recoveryCodes = await prepareNewSecondFactor(transaction, session);
      const name = await freeName(transaction, userId, authenticatorName(made.aaguid) ?? input.name);
      const passkey = await transaction.passkey.create({
        data: {
          id: newId("pk"),
          userId,
          name,
          credentialId: made.credential.id,
          publicKey: Uint8Array.from(made.credential.publicKey),
          counter: made.credential.counter,
          transports: input.transports,
          backedUp: made.credentialBackedUp,
        },
      });
      await recordSecondFactorChange(transaction, session, "account.passkey_added", origin, { name });
      return { passkey: toPasskeyView(passkey), recoveryCodes };
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError("conflict", "This passkey was already added.");
    throw error;
  }
}

async function verify({ id }: CurrentSession, input: NewPasskeyInput) {
  const isOurs = await takeChallenge("add", id, db());
  const { id: expectedRPID, origins: expectedOrigin } = relyingParty();
  const { clientDataJSON, attestationObject } = input;
  const result = await verifyRegistrationResponse({
    response: {
      id: input.id,
      rawId: input.id,
      type: "public-key",
      clientExtensionResults: {},
      response: { clientDataJSON, attestationObject },
    },
    expectedChallenge: isOurs,
    expectedOrigin,
    expectedRPID,
    requireUserVerification: true,
    // It throws on any invalid response, and depends on nothing but its arguments.
  }).catch(() => null);
  if (!result?.verified || result.registrationInfo.credential.id !== input.id)
    throw new AppError("conflict", "This passkey couldn't be added. Try again.");
  return result.registrationInfo;
}

/** Numbers passkeys of the same vendor: "Bitwarden", "Bitwarden 2", … */
async function freeName(
  transaction: Prisma.TransactionClient,
  userId: string,
  name: string,
): Promise<string> {
  const taken = new Set((await transaction.passkey.findMany({ where: { userId } })).map((one) => one.name));
  let candidate = name;
  for (let number = 2; taken.has(candidate); number += 1) candidate = `${name} ${number}`;
  return candidate;
}

function tooMany(): AppError {
  return new AppError("conflict", `You have ${maximumPasskeys} passkeys. Remove one first.`);
}
