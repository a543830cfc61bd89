import { customFetch } from "@auth/core";
import type { OAuthConfig, OIDCConfig, Provider } from "@auth/core/providers";
import type { IdentityProviderSetting } from "../env-identity-providers";
import { providerFetch } from "./provider-fetch";

/** next-auth's configuration of a provider: always with PKCE and state, and with a nonce if there is an ID token. */
export function protocolOf(setting: IdentityProviderSetting): Provider {
  return setting.id === "github" ? gitHub(setting) : openIdConnect(setting);
}

function openIdConnect({ id, name, issuer, clientId, clientSecret }: IdentityProviderSetting): Provider {
  return {
    id,
    name,
    type: "oidc",
    issuer: id === "google" ? "https://accounts.google.com" : issuer,
    clientId,
    clientSecret,
    checks: ["pkce", "state", "nonce"],
    // Some providers return the email only from userinfo.
    idToken: false,
    ...(id === "google" && googleEndpoints),
    [customFetch]: providerFetch,
  } as OIDCConfig<Record<string, unknown>> & Provider;
}

/** Google's endpoints are stable, so discovery isn't needed. */
const googleEndpoints = {
  authorization: "https://accounts.google.com/o/oauth2/v2/auth",
  token: "https://oauth2.googleapis.com/token",
  userinfo: "https://openidconnect.googleapis.com/v1/userinfo",
};

/** GitHub uses OAuth 2 without OpenID Connect, so the user comes from its API. */
function gitHub({ clientId, clientSecret }: IdentityProviderSetting): Provider {
  return {
    id: "github",
    name: "GitHub",
    type: "oauth",
    issuer: "https://github.com/login/oauth",
    authorization: {
      url: "https://github.com/login/oauth/authorize",
      params: { scope: "read:user user:email" },
    },
    token: "https://github.com/login/oauth/access_token",
    userinfo: {
      url: "https://api.github.com/user",
      request: ({ tokens }: { tokens: { access_token?: string } }) =>
        readGitHubUser(tokens.access_token ?? ""),
    },
    clientId,
    clientSecret,
    checks: ["pkce", "state"],
    [customFetch]: providerFetch,
  } as OAuthConfig<Record<string, unknown>> & Provider;
}

type GitHubEmail = { email: string; primary: boolean; verified: boolean };

/** The user as OpenID Connect claims. Uses the list of addresses, because the public profile address isn't verified. */
async function readGitHubUser(accessToken: string): Promise<Record<string, unknown>> {
  const user = (await ask("https://api.github.com/user", accessToken)) as {
    id: number;
    login: string;
    name: string | null;
  };
  const emails = (await ask("https://api.github.com/user/emails", accessToken)) as GitHubEmail[];
  const primary = emails.find((one) => one.primary);
  return {
    sub: String(user.id),
    name: user.name,
    preferred_username: user.login,
    email: primary?.email,
    email_verified: primary?.verified,
  };
}

async function ask(url: string, accessToken: string): Promise<unknown> {
  const answer = await providerFetch(url, {
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${accessToken}`,
      "user-agent": "keyward",
    },
  });
  if (!answer.ok) throw new Error(`GitHub answered ${answer.status}.`);
  return answer.json();
}
