import type { Adapter } from "@auth/core/adapters";
import type { EmailConfig } from "@auth/core/providers";
import NextAuth, { type NextAuthConfig } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { signInInput } from "@/lib/contracts/account-input";
import { AppError } from "@/lib/contracts/app-error";
import { checkPassword, isStillPassword } from "../accounts/users/check-password";
import { requestOrigin } from "../http/request-origin";
import { readSessionToken, sessionCookieName } from "../http/session-cookie";
import { runtime } from "../runtime";
import { beginSession } from "../sessions/begin-session";
import { endSession, findSession } from "../sessions/session-store";
import { recognizeDevice } from "./device-cookie";

/**
 * next-auth handles passwords here; provider-flow.ts handles identity providers. Sessions are rows of our own table.
 * next-auth would issue a JWT for password sign-ins, so `encode` returns the token of the row that `authorize`
 * created, and `decode` accepts nothing.
 */
export const { handlers, signIn, signOut } = NextAuth(() => authConfig());

function authConfig(): NextAuthConfig {
  const { env, authSecrets, log } = runtime();
  const hostPrefix = env.local ? "keyward." : "__Host-keyward.";
  const cookie = { options: { httpOnly: true, sameSite: "lax", path: "/", secure: !env.local } } as const;
  return {
    // Not the earlier ones: nothing is decrypted here, and next-auth would mix them into its CSRF tokens.
    secret: authSecrets[0],
    trustHost: true,
    basePath: "/api/auth",
    adapter,
    session: { strategy: "database", maxAge: env.sessionMaxSeconds },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    cookies: {
      sessionToken: { name: sessionCookieName(), options: cookie.options },
      csrfToken: { name: `${hostPrefix}csrf`, ...cookie },
      callbackUrl: { name: `${hostPrefix}callback-url`, ...cookie },
    },
    providers: [password, closedEmail],
    jwt: {
      encode: ({ token }) => String(token?.sessionToken),
      decode: () => null,
    },
    callbacks: {
      signIn: ({ account }) => account?.type === "credentials",
      jwt: ({ token, user }) => ({
        ...token,
        sessionToken: (user as { sessionToken?: string }).sessionToken,
      }),
      session: ({ session, user }) => ({
        expires: session.expires,
        user: { id: user.id, name: user.name, email: user.email },
      }),
    },
    // next-auth logs a stack trace for every wrong password. Log one line instead.
    logger: {
      error: (error) =>
        log.warn(
          { type: (error as { type?: string }).type ?? error.name },
          "a sign-in was refused; if it was through an identity provider and repeats, compare its settings with the provider's",
        ),
      warn: () => {},
      debug: () => {},
    },
  };
}

const password = Credentials({
  credentials: { email: {}, password: {} },
  async authorize(credentials, request) {
    const parsed = signInInput.safeParse({ email: credentials.email, password: credentials.password });
    if (!parsed.success) return null;
    const origin = requestOrigin(request.headers);
    const user = await checkPassword(parsed.data.email, parsed.data.password, origin);
    const previous = readSessionToken(request.headers.get("cookie"));
    const { token } = await beginSession(user.id, origin, previous, { by: "password", at: "now" });
    if (!(await isStillPassword(user))) {
      await endSession(token);
      throw new AppError("incorrect_credentials");
    }
    await recognizeDevice(user.id, origin);
    return { id: user.id, name: user.name, email: user.email, sessionToken: token };
  },
});

/** next-auth allows passwords with database sessions only if another provider exists. This one never signs anyone in. */
const closedEmail: EmailConfig = {
  id: "closed",
  type: "email",
  name: "Closed",
  from: "nobody@localhost",
  maxAge: 0,
  sendVerificationRequest: () => Promise.reject(new Error("This provider is disabled.")),
  options: {},
};

const adapter: Adapter = {
  async getSessionAndUser(token) {
    const session = await findSession(token, false);
    if (!session || session.needsSecondFactor) return null;
    return {
      session: { sessionToken: token, userId: session.userId, expires: session.expiresAt },
      user: { id: session.userId, name: session.userName, email: session.email, emailVerified: null },
    };
  },
  // findSession tracks idle time. next-auth's sliding expiry would exceed the maximum age.
  updateSession: () => Promise.resolve(null),
  deleteSession: (token) => endSession(token),
  // Required only because of the disabled email provider.
  getUserByEmail: () => Promise.resolve(null),
  createVerificationToken: () => Promise.resolve(null),
  useVerificationToken: () => Promise.resolve(null),
};

/**
 * Signs in with a password and sets the session cookie on the response.
 * @throws AppError Those of checkPassword.
 */
export async function signInWithPassword(email: string, plainPassword: string): Promise<void> {
  try {
    await signIn("credentials", { email, password: plainPassword, redirect: false });
  } catch (error) {
    // next-auth wraps the error. Unwrap it, so that an unavailable database can be recognized.
    throw (error as { cause?: { err?: unknown } }).cause?.err ?? error;
  }
}

/**
 * Ends the request's session before next-auth removes the cookie. next-auth removes the cookie even if deleting the
 * row fails, which would leave the token valid.
 */
export async function endSessionOf(request: Request): Promise<void> {
  const token = readSessionToken(request.headers.get("cookie"));
  if (token) await endSession(token);
}
