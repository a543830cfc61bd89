import { signIn } from "@/lib/client/sign-in";

/**
 * Signs in to a new account and returns where to go next. The account already exists, so if signing in fails, the next page is
 * the sign-in page instead of a second attempt to sign up.
 */
export async function goalAfterSignUp(
  workspaceSlug: string,
  email: string,
  password: string,
): Promise<string> {
  const goal = `/${workspaceSlug}/settings/workspace`;
  try {
    await signIn(email, password);
    return goal;
  } catch {
    return `/sign-in?callbackUrl=${encodeURIComponent(goal)}`;
  }
}
