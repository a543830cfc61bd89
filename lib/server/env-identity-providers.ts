import type { IdentityProvider } from "../contracts/identity-providers";
import { EnvError } from "./env-error";
import { isLoopbackName } from "./loopback";

/** A configured identity provider. */
export type IdentityProviderSetting = IdentityProvider & {
  /** With the provider's subject, identifies an account. Normalized by URL. */
  issuer: string;
  clientId: string;
  clientSecret: string;
};

type Parsed = {
  [Name in
    | "GOOGLE_CLIENT_ID"
    | "GOOGLE_CLIENT_SECRET"
    | "GITHUB_CLIENT_ID"
    | "GITHUB_CLIENT_SECRET"
    | "OIDC_ISSUER"
    | "OIDC_CLIENT_ID"
    | "OIDC_CLIENT_SECRET"]?: string | undefined;
} & { OIDC_NAME: string };

/**
 * The providers whose settings are complete, in display order.
 * @throws EnvError naming the missing setting of an incomplete set.
 */
export function configuredIdentityProviders(parsed: Parsed): IdentityProviderSetting[] {
  const google = wholeSet(parsed, ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"]);
  const github = wholeSet(parsed, ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"]);
  const oidc = wholeSet(parsed, ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ISSUER"]);
  return [
    ...(google ? [provider("google", "Google", "https://accounts.google.com", google)] : []),
    ...(github ? [provider("github", "GitHub", "https://github.com", github)] : []),
    ...(oidc ? [provider("oidc", parsed.OIDC_NAME, oidc[2] ?? "", oidc)] : []),
  ];
}

function provider(
  id: IdentityProvider["id"],
  name: string,
  issuer: string,
  [clientId = "", clientSecret = ""]: string[],
): IdentityProviderSetting {
  return { id, name, issuer: new URL(issuer).href, clientId, clientSecret };
}

function wholeSet(parsed: Parsed, names: (keyof Parsed)[]): string[] | null {
  const values = names.map((name) => parsed[name]);
  if (values.every((value) => value === undefined)) return null;
  const missing = names.find((name) => parsed[name] === undefined);
  if (missing) throw new EnvError(`${missing} is missing: set all of ${names.join(", ")}, or none`);
  return values as string[];
}

/** An issuer can be trusted only over an authenticated connection. */
export function isIssuer(value: string): boolean {
  const url = URL.parse(value);
  if (!url || url.search || url.hash || url.username) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopbackName(url.hostname));
}
