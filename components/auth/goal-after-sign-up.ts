import { signIn } from "@/lib/client/sign-in";

/**
 * Signs in to the account that was just made. It exists from here on: if signing in fails now, it is tried again by hand rather
 * than signing up twice.
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
