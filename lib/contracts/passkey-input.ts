import { z } from "zod";
import { displayName } from "./names";

const base64url = (most: number) =>
  z
    .string({ error: "This is not what a passkey answers." })
    .regex(/^[\w-]+$/, "This is not what a passkey answers.")
    .max(most, "This is longer than what a passkey answers.");

const credentialId = base64url(1400);
const clientDataJSON = base64url(4000);
const transport = z
  .string({ error: "This is no transport." })
  .regex(/^[a-z-]{1,20}$/, "This is no transport.");

/** What a browser hands back when it made a passkey. Its bytes are in base64url. */
export const newPasskeyInput = z.strictObject({
  /** What to call it where the authenticator does not say what it is. */
  name: displayName(60),
  id: credentialId,
  clientDataJSON,
  attestationObject: base64url(30_000),
  transports: z
    .array(transport, { error: "Name transports in a list." })
    .max(10, "A passkey has few transports."),
});
export type NewPasskeyInput = z.infer<typeof newPasskeyInput>;

/** A challenge that a passkey signed. */
export const passkeyAssertionInput = z.strictObject(
  {
    id: credentialId,
    clientDataJSON,
    authenticatorData: base64url(4000),
    signature: base64url(8000),
    /** Whose it is, as the passkey remembers. Security keys leave it out where they were told. */
    userHandle: base64url(100).optional(),
  },
  { error: "This is not what a passkey answers." },
);
export type PasskeyAssertionInput = z.infer<typeof passkeyAssertionInput>;

export const renamePasskeyInput = z.strictObject({ name: displayName(60) });
