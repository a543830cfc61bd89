import { Auth, type AuthConfig, raw, skipCSRFCheck } from "@auth/core";
import type { Adapter } from "@auth/core/adapters";
import { AppError } from "@/lib/contracts/app-error";
import { displayName, emailAddress } from "@/lib/contracts/names";
import { cleanText } from "@/lib/engine/log/clean-text";
import type { IdentityProviderSetting } from "../env-identity-providers";
import { runtime } from "../runtime";
import type { Identity } from "../sessions/identity";
import { protocolOf } from "./identity-providers";

/** A cookie to be set on the answer under way. */
export type FlowCookie = { name: string; value: string; options: Record<string, unknown> };
type Raw = { redirect?: string; cookies?: FlowCookie[] };
type Claims = Record<string, unknown>;

/**
 * The first half of a visit to an identity provider. next-auth's code does the protocol and nothing else: what an identity may
 * do is decided by ours. Every address is made from APP_URL, never from what a client says of the host (S10).
 * @param parameters Of the authorization request, such as `prompt`.
 * @returns The provider's page, and the cookies that the way back needs.
 * @throws AppError `unavailable` where the provider cannot be asked how it works.
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
    throw new AppError("unavailable", `${provider.name} cannot be reached right now. Try again shortly.`);
  return { url: redirect, state, cookies: flowCookiesOf(cookies) };
}

/**
 * The second half: state, nonce and PKCE are checked against the cookies, the code is exchanged, and the tokens forgotten.
 * @returns Who the provider says this is, and the cookies that end what the first half set.
 * @throws whatever next-auth throws for a visit that is not whole, or was begun elsewhere.
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
  if (!identity || answer instanceof Response) throw new Error("The provider's answer could not be used.");
  return { identity, cookies: flowCookiesOf((answer as unknown as Raw).cookies) };
}

/** next-auth's names for its cookies, by ours. */
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
    secret: runtime().authSecret,
    trustHost: true,
    basePath: "/api/auth",
    session: { strategy: "jwt" },
    adapter: nobody,
    providers: [protocolOf(provider)],
    cookies: flowCookies(),
    callbacks: {
      // An address in the place of yes: next-auth stops here and makes neither a user nor a session.
      signIn: ({ account, profile }) => {
        take((account ?? {}) as Claims, (profile ?? {}) as Claims);
        return "/";
      },
    },
    // What fails is told by whoever called; next-auth would print the provider's whole answer.
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
  };
}

const none = () => Promise.resolve(null);

/**
 * next-auth remembers that it has once seen an email provider, which next-auth.ts must have, and demands these of every
 * configuration from then on. Who an identity belongs to is not for it to know: it finds nobody.
 */
const nobody: Adapter = {
  getUserByAccount: none,
  getUserByEmail: none,
  createVerificationToken: none,
  useVerificationToken: none,
};

/** Of the cookies next-auth would set, those of its checks. */
function flowCookiesOf(cookies: FlowCookie[] = []): FlowCookie[] {
  const names = Object.values(flowCookies()).map(({ name }) => name);
  return cookies.filter(({ name }) => names.includes(name));
}

/** At most 255 characters (OpenID Connect Core, section 2), and none that PostgreSQL cannot hold. */
const subject = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** `sub`, `iss` and `auth_time` are the ID token's own, where there is one: userinfo only adds to it. */
function toIdentity(provider: IdentityProviderSetting, account: Claims, profile: Claims): Identity {
  const idToken = typeof account.id_token === "string" ? payloadOf(account.id_token) : null;
  const claims = { ...idToken, ...profile };
  const { sub, iss, auth_time: authTime } = idToken ?? { sub: profile.sub, iss: provider.issuer };
  if (typeof sub !== "string" || !subject.test(sub) || typeof iss !== "string")
    throw new Error("The provider named nobody.");
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
    // Some providers write it as text.
    emailVerified: email.success && (claims.email_verified === true || claims.email_verified === "true"),
    authenticatedAt: toDate(authTime),
  };
}

/** Seconds since 1970, as a date that PostgreSQL can hold; null for anything else. */
function toDate(seconds: unknown): Date | null {
  if (typeof seconds !== "number" || !(seconds > 0 && seconds < 253_402_300_800)) return null;
  return new Date(seconds * 1000);
}

/** next-auth has checked it already: issuer, audience, nonce and times; it came over TLS from the issuer itself. */
function payloadOf(jwt: string): Claims {
  return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as Claims;
}
