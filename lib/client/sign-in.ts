import type { SignedUp } from "@/lib/contracts/account";
import type { SignUpInput } from "@/lib/contracts/account-input";
import { apiRequest } from "./api-client";

/** Starts a session; the cookie comes with the answer. */
export async function signIn(email: string, password: string): Promise<void> {
  await apiRequest("/api/sign-in", { method: "POST", body: { email, password }, signedIn: false });
}

/** Makes the account and its workspace. It does not sign in. */
export function signUp(input: SignUpInput): Promise<SignedUp> {
  return apiRequest<SignedUp>("/api/sign-up", { method: "POST", body: input, signedIn: false });
}

/** Ends the session and leaves: a whole page load, so that nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  await apiRequest("/api/sign-out", { method: "POST" });
  window.location.assign("/sign-in");
}
