import type { SignedIn, SignedUp } from "@/lib/contracts/account";
import type { SecondFactorInput, SignUpInput } from "@/lib/contracts/account-input";
import { ApiError, apiRequest } from "./api-client";

/** Starts a session; the cookie comes with the answer. */
export function signIn(email: string, password: string): Promise<SignedIn> {
  return apiRequest<SignedIn>("/api/sign-in", { method: "POST", body: { email, password }, signedIn: false });
}

/** Does the second step of a sign-in; the session's new cookie comes with the answer. */
export async function completeSecondFactor(answer: SecondFactorInput): Promise<void> {
  await apiRequest("/api/sign-in/verify", { method: "POST", body: answer, signedIn: false });
}

/** Mails a code for the second step, in place of one mailed before. */
export async function mailSignInCode(): Promise<void> {
  await apiRequest("/api/sign-in/verify/email", { method: "POST", signedIn: false });
}

/** Makes the account and its workspace. It does not sign in. */
export function signUp(input: SignUpInput): Promise<SignedUp> {
  return apiRequest<SignedUp>("/api/sign-up", { method: "POST", body: input, signedIn: false });
}

/** Ends the session and leaves: a whole page load, so that nothing of it stays in memory. */
export async function signOut(goal = "/sign-in"): Promise<void> {
  try {
    await apiRequest("/api/sign-out", { method: "POST", signedIn: false });
  } catch (error) {
    // The session ended before.
    if (!(error instanceof ApiError && error.code === "not_signed_in")) throw error;
  }
  window.location.assign(goal);
}
