import type { SignedIn, SignedUp } from "@/lib/contracts/account";
import type { SecondFactorInput, SignUpInput } from "@/lib/contracts/account-input";
import { ApiError, apiRequest } from "./api-client";

/** The response sets the session cookie. */
export function signIn(email: string, password: string): Promise<SignedIn> {
  return apiRequest<SignedIn>("/api/sign-in", { method: "POST", body: { email, password }, signedIn: false });
}

/** The response replaces the session cookie. */
export async function completeSecondFactor(answer: SecondFactorInput): Promise<void> {
  await apiRequest("/api/sign-in/verify", { method: "POST", body: answer, signedIn: false });
}

/** Emails a code for the second step. It replaces the previous one. */
export async function mailSignInCode(): Promise<void> {
  await apiRequest("/api/sign-in/verify/email", { method: "POST", signedIn: false });
}

/** Creates the account and its workspace. Doesn't sign in. */
export function signUp(input: SignUpInput): Promise<SignedUp> {
  return apiRequest<SignedUp>("/api/sign-up", { method: "POST", body: input, signedIn: false });
}

/** Ends the session, then navigates with a full page load, so that nothing stays in memory. */
export async function signOut(goal = "/sign-in"): Promise<void> {
  try {
    await apiRequest("/api/sign-out", { method: "POST", signedIn: false });
  } catch (error) {
    // The session had already ended.
    if (!(error instanceof ApiError && error.code === "not_signed_in")) throw error;
  }
  window.location.assign(goal);
}
