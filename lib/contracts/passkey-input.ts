import { z } from "zod";
import { displayName } from "./names";

const base64url = (most: number) =>
  z
    .string({ error: "This isn't a valid passkey response." })
    .regex(/^[\w-]+$/, "This isn't a valid passkey response.")
    .max(most, "This passkey response is too long.");

const credentialId = base64url(1400);
const clientDataJSON = base64url(4000);
const transport = z
  .string({ error: "This isn't a valid transport." })
  .regex(/^[a-z-]{1,20}$/, "This isn't a valid transport.");

/** The browser's response after creating a passkey. Binary values are base64url. */
export const newPasskeyInput = z.strictObject({
  /** The name to use if the authenticator doesn't identify itself. */
  name: displayName(60),
  id: credentialId,
  clientDataJSON,
  attestationObject: base64url(30_000),
  transports: z.array(transport, { error: "List the transports." }).max(10, "Use at most 10 transports."),
});
export type NewPasskeyInput = z.infer<typeof newPasskeyInput>;

/** A signed challenge. */
export const passkeyAssertionInput = z.strictObject(
  {
    id: credentialId,
    clientDataJSON,
    authenticatorData: base64url(4000),
    signature: base64url(8000),
    /** The user id stored in the passkey. Security keys omit it if the request listed credentials. */
    userHandle: base64url(100).optional(),
  },
  { error: "This isn't a valid passkey response." },
);
export type PasskeyAssertionInput = z.infer<typeof passkeyAssertionInput>;

export const renamePasskeyInput = z.strictObject({ name: displayName(60) });
