import type { IdentityProvider } from "../contracts/identity-providers";
import { EnvError } from "./env-error";
import { isLoopbackName } from "./loopback";

/** A provider that the operator configured. */
export type IdentityProviderSetting = IdentityProvider & {
  /** Half of an identity, written as URL writes it; the provider's subject is the other half. */
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
 * The providers whose settings are all there, in the order they are shown.
 * @throws EnvError naming what is missing beside what is set.
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
  if (missing)
    throw new EnvError(`${missing} is missing: ${names.join(", ")} are set together or not at all`);
  return values as string[];
}

/** What an issuer is believed about is only as good as the connection to it. */
export function isIssuer(value: string): boolean {
  const url = URL.parse(value);
  if (!url || url.search || url.hash || url.username) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopbackName(url.hostname));
}
