import { z } from "zod";
import { displayName, emailAddress } from "./names";
import { passkeyAssertionInput } from "./passkey-input";
import { themeNames } from "./theme";

/** The server checks the length against PASSWORD_MIN_LENGTH. Passwords are never trimmed. */
const password = z.string({ error: "Enter a password." });

export const signUpInput = z.strictObject({
  name: displayName(100),
  email: emailAddress,
  password,
  workspaceName: displayName(60),
});
export type SignUpInput = z.infer<typeof signUpInput>;

/** Six digits. Spaces between them are ignored. */
const sixDigits = (wrong: string) =>
  z
    .string({ error: "Enter the code." })
    .transform((text) => text.replace(/\s/g, ""))
    .pipe(z.string().regex(/^\d{6}$/, wrong));
const authenticatorCode = sixDigits("Enter the six-digit code from your authenticator app.");
const recoveryCode = z
  .string({ error: "Enter a recovery code." })
  .trim()
  .min(1, "Enter a recovery code.")
  .max(100, "This is too long for a recovery code.");

export const authenticatorCodeInput = z.strictObject({ code: authenticatorCode });

/** Exactly one of the fields. */
export const secondFactorInput = z
  .strictObject({
    code: authenticatorCode.optional(),
    recoveryCode: recoveryCode.optional(),
    emailCode: sixDigits("Enter the six digits from the mail.").optional(),
    passkey: passkeyAssertionInput.optional(),
  })
  .refine(isOne, { path: ["code"], error: "Enter the code." });
export type SecondFactorInput = z.infer<typeof secondFactorInput>;

/** For sign-up by email: the password is chosen after opening the mailed link. */
export const requestSignUpInput = signUpInput.omit({ password: true });
export type RequestSignUpInput = z.infer<typeof requestSignUpInput>;

const token = z
  .string({ error: "Open the link from the mail again." })
  .regex(/^[\w-]{43}$/, "The link is not whole. Open it from the mail again.");
export const emailInput = z.strictObject({ email: emailAddress });
export const linkInput = z.strictObject({ token });
export const linkWithPasswordInput = z.strictObject({ token, password });

/** Exactly one of the fields. */
export const reauthenticateInput = z
  .strictObject({
    password: password.optional(),
    code: authenticatorCode.optional(),
    passkey: passkeyAssertionInput.optional(),
  })
  .refine(isOne, { path: ["password"], error: "Enter your password, or a code." });
export type ReauthenticateInput = z.infer<typeof reauthenticateInput>;
export const changePasswordInput = z.strictObject({ currentPassword: password, newPassword: password });
export const setPasswordInput = z.strictObject({ newPassword: password });
export const updateProfileInput = z.strictObject({
  name: displayName(100).optional(),
  /** Empty: use the browser's time zone. */
  timeZone: z
    .string({ error: "Choose a time zone." })
    .trim()
    .transform((zone) => zone || null)
    .refine((zone) => zone === null || isTimeZone(zone), "This is not a time zone, such as Europe/Berlin.")
    .optional(),
  theme: z.enum(themeNames, { error: "Choose system, light or dark." }).optional(),
});
export type UpdateProfileInput = z.infer<typeof updateProfileInput>;
export type ProfileChange = z.input<typeof updateProfileInput>;

/** Requires an IANA name, because an offset such as +01:00 has no daylight saving time. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What the person was shown and decided. Nothing else is deleted or transferred. */
export const deleteAccountInput = z.strictObject({
  /** The account's email, typed by the person. */
  email: emailAddress,
  /** Ids of the workspaces that are deleted with the account, because they have no other members. */
  deletedWorkspaces: z.array(z.string()).max(1000).default([]),
  /** Keys to transfer to another member of their workspace. */
  transfers: z
    .array(z.strictObject({ workspaceId: z.string(), keyId: z.string(), userId: z.string() }))
    .max(500)
    .default([]),
  revocations: z
    .array(z.strictObject({ workspaceId: z.string(), keyId: z.string() }))
    .max(500)
    .default([]),
  /** For all other keys. A key that no field covers causes `undecided_keys`. */
  otherKeys: z.literal("revoke").optional(),
});
export type DeleteAccountInput = z.infer<typeof deleteAccountInput>;

export const signInInput = z.strictObject({ email: emailAddress, password });

function isOne(ways: Record<string, unknown>): boolean {
  return Object.values(ways).filter((way) => way !== undefined).length === 1;
}
