import type { IdentityProvider } from "./identity-providers";

/** What the server tells the console's pages about its settings. Nothing here is a secret. */
export type PublicConfig = {
  productName: string;
  /** Address shown in snippets. */
  apiBaseUrl: string;
  supportEmail: string | null;
  passwordMinLength: number;
  signUpOpen: boolean;
  /** Addresses are proven by mail before there is an account. */
  signUpByMail: boolean;
  /** The other ways in, as configured. */
  identityProviders: IdentityProvider[];
  /** Prefix of new keys, such as `kw_sk_`. */
  keyPrefix: string;
  reauthenticateMinutes: number;
  sessionIdleMinutes: number;
};
