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

export const reauthenticateInput = z.strictObject({ password });
export const changePasswordInput = z.strictObject({ currentPassword: password, newPassword: password });
export const updateProfileInput = z.strictObject({ name: displayName(100) });

export const signInInput = z.strictObject({ email: emailAddress, password });
