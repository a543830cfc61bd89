import { z } from "zod";
import { displayName, emailAddress } from "./names";

/** Length is judged against PASSWORD_MIN_LENGTH by the server; a password is never trimmed. */
const password = z.string({ error: "Enter a password." });

export const signUpInput = z.strictObject({
  name: displayName(100),
  email: emailAddress,
  password,
  workspaceName: displayName(60),
});
export type SignUpInput = z.infer<typeof signUpInput>;

/** Six digits, however they are grouped. */
const authenticatorCode = z
  .string({ error: "Enter the code." })
  .transform((text) => text.replace(/\s/g, ""))
  .pipe(z.string().regex(/^\d{6}$/, "Enter the six digits that the app shows."));
const recoveryCode = z
  .string({ error: "Enter a recovery code." })
  .trim()
  .min(1, "Enter a recovery code.")
  .max(100, "This is longer than a recovery code.");

export const authenticatorCodeInput = z.strictObject({ code: authenticatorCode });

/** One of the two. */
export const secondStepInput = z
  .strictObject({ code: authenticatorCode.optional(), recoveryCode: recoveryCode.optional() })
  .refine(({ code, recoveryCode }) => (code === undefined) !== (recoveryCode === undefined), {
    path: ["code"],
    error: "Enter the code.",
  });
export type SecondStepInput = z.infer<typeof secondStepInput>;

/** One of the two. */
/** Where addresses are proven first: the password is chosen behind the mailed link, by who has the mailbox. */
export const requestSignUpInput = signUpInput.omit({ password: true });
export type RequestSignUpInput = z.infer<typeof requestSignUpInput>;

const token = z
  .string({ error: "Open the link from the mail again." })
  .regex(/^[\w-]{43}$/, "The link is not whole. Open it from the mail again.");
export const emailInput = z.strictObject({ email: emailAddress });
export const linkInput = z.strictObject({ token });
export const linkWithPasswordInput = z.strictObject({ token, password });

export const reauthenticateInput = z
  .strictObject({ password: password.optional(), code: authenticatorCode.optional() })
  .refine(({ password, code }) => (password === undefined) !== (code === undefined), {
    path: ["password"],
    error: "Enter your password, or a code.",
  });
export type ReauthenticateInput = z.infer<typeof reauthenticateInput>;
export const changePasswordInput = z.strictObject({ currentPassword: password, newPassword: password });
export const setPasswordInput = z.strictObject({ newPassword: password });
export const updateProfileInput = z.strictObject({ name: displayName(100) });

export const signInInput = z.strictObject({ email: emailAddress, password });
