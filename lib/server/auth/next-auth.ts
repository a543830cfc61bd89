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
 * What next-auth does for passwords; for identity providers see provider-flow.ts. Every way in ends in a row of our session
 * table: next-auth would give a password sign-in a JWT, so `encode` returns the token of the row made in `authorize` instead,
 * and `decode` accepts nothing.
 */
export const { handlers, signIn, signOut } = NextAuth(() => authConfig());

function authConfig(): NextAuthConfig {
  const { env, authSecret, log } = runtime();
  const hostPrefix = env.local ? "keyward." : "__Host-keyward.";
  const cookie = { options: { httpOnly: true, sameSite: "lax", path: "/", secure: !env.local } } as const;
  return {
    secret: authSecret,
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
    // next-auth prints the stack of every wrong password; ours says what happened once, without one.
    logger: {
      error: (error) =>
        log.warn({ type: (error as { type?: string }).type ?? error.name }, "a sign-in was refused"),
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

/** next-auth starts with passwords and database sessions only beside another provider. This one is closed: it never signs anyone in. */
const closedEmail: EmailConfig = {
  id: "closed",
  type: "email",
  name: "Closed",
  from: "nobody@localhost",
  maxAge: 0,
  sendVerificationRequest: () => Promise.reject(new Error("This way in is closed.")),
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
  // The idle time is kept by findSession; next-auth's own moving expiry would outlive the absolute age.
  updateSession: () => Promise.resolve(null),
  deleteSession: (token) => endSession(token),
  // Asked for by the closed provider's type only.
  getUserByEmail: () => Promise.resolve(null),
  createVerificationToken: () => Promise.resolve(null),
  useVerificationToken: () => Promise.resolve(null),
};

/**
 * Signs in by password and sets the session cookie on the answer under way.
 * @throws AppError as checkPassword does.
 */
export async function signInWithPassword(email: string, plainPassword: string): Promise<void> {
  try {
    await signIn("credentials", { email, password: plainPassword, redirect: false });
  } catch (error) {
    // next-auth wraps what authorize throws; whether the database is away can only be told from the error itself.
    throw (error as { cause?: { err?: unknown } }).cause?.err ?? error;
  }
}

/**
 * Ends the session that a request came with, before next-auth takes its cookie away: next-auth does so even where the row
 * could not be deleted, and whoever has the token could go on with it.
 */
export async function endSessionOf(request: Request): Promise<void> {
  const token = readSessionToken(request.headers.get("cookie"));
  if (token) await endSession(token);
}
