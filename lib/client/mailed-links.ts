import type { SignedUp } from "@/lib/contracts/account";
import type { RequestSignUpInput } from "@/lib/contracts/account-input";
import { apiRequest } from "./api-client";

const signedOut = { method: "POST", signedIn: false } as const;

/** The response doesn't reveal whether the address has an account. */
export async function requestPasswordReset(email: string): Promise<void> {
  await apiRequest("/api/forgot-password", { ...signedOut, body: { email } });
}

/** Also ends every session of the person. */
export async function resetPassword(token: string, password: string): Promise<void> {
  await apiRequest("/api/reset-password", { ...signedOut, body: { token, password } });
}

/** The response doesn't reveal whether the address has an account. */
export async function requestSignUp(input: RequestSignUpInput): Promise<void> {
  await apiRequest("/api/sign-up/request", { ...signedOut, body: input });
}

/** Creates the account and its workspace. Doesn't sign in. */
export function completeSignUp(token: string, password: string): Promise<SignedUp> {
  return apiRequest<SignedUp>("/api/sign-up/complete", { ...signedOut, body: { token, password } });
}

/** Verifies an address, or changes the account's address. */
export async function confirmAddress(token: string): Promise<void> {
  await apiRequest("/api/verify-email", { ...signedOut, body: { token } });
}
