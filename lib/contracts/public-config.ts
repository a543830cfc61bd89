import type { IdentityProvider } from "./identity-providers";

/** Server settings that the console's pages need. Contains no secrets. */
export type PublicConfig = {
  productName: string;
  /** Address shown in snippets. */
  apiBaseUrl: string;
  supportEmail: string | null;
  passwordMinLength: number;
  signUpOpen: boolean;
  /** Sign-up sends a verification email before it creates the account. */
  signUpByMail: boolean;
  identityProviders: IdentityProvider[];
  /** Prefix of new keys, such as `kw_sk_`. */
  keyPrefix: string;
  reauthenticateMinutes: number;
  sessionIdleMinutes: number;
};
