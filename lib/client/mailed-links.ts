import type { SignedUp } from "@/lib/contracts/account";
import type { RequestSignUpInput } from "@/lib/contracts/account-input";
import { apiRequest } from "./api-client";

const signedOut = { method: "POST", signedIn: false } as const;

/** Answers the same whether an account has the address or not. */
export async function requestPasswordReset(email: string): Promise<void> {
  await apiRequest("/api/forgot-password", { ...signedOut, body: { email } });
}

/** Every session of the person ends with it. */
export async function resetPassword(token: string, password: string): Promise<void> {
  await apiRequest("/api/reset-password", { ...signedOut, body: { token, password } });
}

/** Answers the same whether the address has an account or not. */
export async function requestSignUp(input: RequestSignUpInput): Promise<void> {
  await apiRequest("/api/sign-up/request", { ...signedOut, body: input });
}

/** Makes the account and its workspace. It does not sign in. */
export function completeSignUp(token: string, password: string): Promise<SignedUp> {
  return apiRequest<SignedUp>("/api/sign-up/complete", { ...signedOut, body: { token, password } });
}

/** Proves an address, or puts a new one in the place of the old. */
export async function confirmAddress(token: string): Promise<void> {
  await apiRequest("/api/verify-email", { ...signedOut, body: { token } });
}
