import { Auth, type AuthConfig, raw, skipCSRFCheck } from "@auth/core";
import type { Adapter } from "@auth/core/adapters";
import { AppError } from "@/lib/contracts/app-error";
import { displayName, emailAddress } from "@/lib/contracts/names";
import { cleanText } from "@/lib/engine/log/clean-text";
import type { IdentityProviderSetting } from "../env-identity-providers";
import { runtime } from "../runtime";
import type { Identity } from "../sessions/identity";
import { protocolOf } from "./identity-providers";

/** A cookie to set on the response. */
export type FlowCookie = { name: string; value: string; options: Record<string, unknown> };
type Raw = { redirect?: string; cookies?: FlowCookie[] };
type Claims = Record<string, unknown>;

/**
 * Starts the flow with an identity provider. next-auth only runs the protocol; our own code decides what an identity
 * can do. All URLs come from APP_URL, never from the request's host (S10).
 * @param parameters Extra parameters of the authorization request, such as `prompt`.
 * @returns The provider's page, and the cookies that the callback needs.
 * @throws AppError `unavailable` if discovery fails.
 */
export async function beginProviderFlow(
  provider: IdentityProviderSetting,
  parameters: Record<string, string> = {},
): Promise<{ url: string; state: string; cookies: FlowCookie[] }> {
  const address = new URL(`/api/auth/signin/${provider.id}`, runtime().env.appUrl);
  address.search = new URLSearchParams(parameters).toString();
  const answer = await Auth(
    new Request(address, { method: "POST" }),
    flowConfig(provider, () => {}),
  );
  const { redirect, cookies } = answer as unknown as Raw;
  const state = redirect && new URL(redirect).searchParams.get("state");
  if (answer instanceof Response || !redirect || !state)
    throw new AppError("unavailable", `${provider.name} can't be reached right now. Try again shortly.`);
  return { url: redirect, state, cookies: flowCookiesOf(cookies) };
}

/**
 * Finishes the flow: checks state, nonce, and PKCE against the cookies, exchanges the code, and discards the tokens.
 * @returns The identity, and cookies that delete those of the flow.
 * @throws next-auth's error for an incomplete flow or one that another browser started.
 */
export async function finishProviderFlow(
  provider: IdentityProviderSetting,
  request: Request,
): Promise<{ identity: Identity; cookies: FlowCookie[] }> {
  const address = new URL(`/api/auth/callback/${provider.id}`, runtime().env.appUrl);
  for (const name of ["code", "state", "iss", "error", "error_description"]) {
    const value = new URL(request.url).searchParams.get(name);
    if (value !== null) address.searchParams.set(name, value);
  }
  let identity: Identity | undefined;
  const config = flowConfig(provider, (account, profile) => {
    identity = toIdentity(provider, account, profile);
  });
  const headers = { cookie: request.headers.get("cookie") ?? "" };
  const answer = await Auth(new Request(address, { headers }), config);
  if (!identity || answer instanceof Response) throw new Error("The provider's response can't be used.");
  return { identity, cookies: flowCookiesOf((answer as unknown as Raw).cookies) };
}

/** Our names for next-auth's cookies. */
export function flowCookies() {
  const { local } = runtime().env;
  const prefix = local ? "keyward." : "__Host-keyward.";
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure: !local } as const;
  return {
    pkceCodeVerifier: { name: `${prefix}pkce`, options },
    state: { name: `${prefix}state`, options },
    nonce: { name: `${prefix}nonce`, options },
  };
}

function flowConfig(
  provider: IdentityProviderSetting,
  take: (account: Claims, profile: Claims) => void,
): AuthConfig & { raw: typeof raw } {
  return {
    raw,
    skipCSRFCheck,
    // The first encrypts the cookies of the flow, all decrypt.
    secret: runtime().authSecrets,
    trustHost: true,
    basePath: "/api/auth",
    session: { strategy: "jwt" },
    adapter: emptyAdapter,
    providers: [protocolOf(provider)],
    cookies: flowCookies(),
    callbacks: {
      // Returning a URL instead of true stops next-auth before it creates a user or a session.
      signIn: ({ account, profile }) => {
        take((account ?? {}) as Claims, (profile ?? {}) as Claims);
        return "/";
      },
    },
    // The caller logs failures. next-auth would log the provider's whole response.
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
  };
}

const findNothing = () => Promise.resolve(null);

/**
 * next-auth remembers that it has seen an email provider (see next-auth.ts) and then requires these functions in
 * every configuration. They return null, because our own code looks up identities.
 */
const emptyAdapter: Adapter = {
  getUserByAccount: findNothing,
  getUserByEmail: findNothing,
  createVerificationToken: findNothing,
  useVerificationToken: findNothing,
};

/** Keeps only the cookies of next-auth's own checks. */
function flowCookiesOf(cookies: FlowCookie[] = []): FlowCookie[] {
  const names = Object.values(flowCookies()).map(({ name }) => name);
  return cookies.filter(({ name }) => names.includes(name));
}

/** At most 255 characters (OpenID Connect Core, section 2), all of which PostgreSQL can store. */
const subject = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** `sub`, `iss`, and `auth_time` come from the ID token, if there is one. userinfo only adds claims. */
function toIdentity(provider: IdentityProviderSetting, account: Claims, profile: Claims): Identity {
  const idToken = typeof account.id_token === "string" ? payloadOf(account.id_token) : null;
  const claims = { ...idToken, ...profile };
  const { sub, iss, auth_time: authTime } = idToken ?? { sub: profile.sub, iss: provider.issuer };
  if (typeof sub !== "string" || !subject.test(sub) || typeof iss !== "string")
    throw new Error("The provider sent no valid subject.");
  const email = emailAddress.safeParse(claims.email);
  const name = displayName(100).safeParse(claims.name ?? claims.preferred_username);
  const text = (value: unknown) => cleanText(typeof value === "string" ? value.trim() : "", 200) || null;
  return {
    provider: provider.id,
    issuer: new URL(iss).href,
    subject: sub,
    label: (email.success ? email.data : text(claims.preferred_username)) ?? text(claims.name) ?? sub,
    name: name.success ? name.data : null,
    email: email.success ? email.data : null,
    // Some providers send a string.
    emailVerified: email.success && (claims.email_verified === true || claims.email_verified === "true"),
    authenticatedAt: toDate(authTime),
  };
}

/** Converts Unix seconds to a date that PostgreSQL can store, or null. */
function toDate(seconds: unknown): Date | null {
  if (typeof seconds !== "number" || !(seconds > 0 && seconds < 253_402_300_800)) return null;
  return new Date(seconds * 1000);
}

/** Needs no verification: next-auth has checked issuer, audience, nonce, and times, and it came from the issuer over TLS. */
function payloadOf(jwt: string): Claims {
  return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as Claims;
}
