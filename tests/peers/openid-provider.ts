import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export type ProviderAccount = { email?: string; email_verified?: boolean; name?: string };

export type OpenIdProvider = {
  issuer: string;
  /** The settings for a Keyward server that uses this provider. */
  settings: Record<string, string>;
  /** The accounts by user name, which is also the subject. */
  accounts: Map<string, ProviderAccount>;
  /** The requests to the authorization endpoint, newest last. */
  asked: URLSearchParams[];
  /**
   * How it handles a request for reauthentication: it obeys; it sends the browser straight back without saying when it last
   * authenticated the person ("silent"); or it does so with a given time.
   */
  answerAnew(how: "obey" | "silent" | Date): void;
  close(): Promise<void>;
};

const client = { id: "keyward", secret: "the provider's secret of this client" };

/**
 * A certified OpenID provider on this machine. It asks for a user name, but not for consent.
 * @param origins The origins of the servers that people return to.
 * @param anyone Returns the account of an unknown user name. By default there is none.
 */
export async function startOpenIdProvider(
  origins: string[],
  anyone: (account: string) => ProviderAccount | undefined = () => undefined,
): Promise<OpenIdProvider> {
  const accounts = new Map<string, ProviderAccount>();
  const asked: URLSearchParams[] = [];
  let reauthentication: "obey" | "silent" | Date = "obey";
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: origins.map((origin) => `${origin}/api/auth/callback/oidc`),
      },
    ],
    pkce: { required: () => true },
    scopes: ["openid", "email", "profile"],
    claims: { auth_time: null, openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
    cookies: { keys: ["a key for the tests"] },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => {
      const account = accounts.get(id) ?? anyone(id);
      return account && { accountId: id, claims: () => ({ sub: id, ...account }) };
    },
    // Grant the requested scopes without asking for consent.
    async loadExistingGrant(context) {
      const { client: asking, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({
        clientId: asking?.clientId ?? "",
        accountId: session?.accountId ?? "",
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on("request", async (request, response) => {
    const url = new URL(request.url ?? "/", issuer);
    if (url.pathname === "/auth") {
      asked.push(url.searchParams);
      if (reauthentication !== "obey") {
        url.searchParams.delete("max_age");
        url.searchParams.delete("prompt");
        if (reauthentication !== "silent")
          url.searchParams.set("claims", JSON.stringify({ id_token: { auth_time: { essential: true } } }));
        request.url = url.pathname + url.search;
      }
    }
    if (url.pathname === "/favicon.ico") return response.writeHead(204).end();
    if (!url.pathname.startsWith("/interaction/")) return handle(request, response);
    if (request.method === "GET") {
      response.setHeader("content-type", "text/html");
      return response.end(signInPage);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const accountId = new URLSearchParams(Buffer.concat(chunks).toString()).get("account");
    const result = accountId
      ? {
          login: {
            accountId,
            ...(reauthentication instanceof Date && { ts: Math.floor(reauthentication.getTime() / 1000) }),
          },
        }
      : { error: "access_denied", error_description: "The person went back." };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  return {
    issuer,
    settings: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
      OIDC_NAME: "Acme ID",
    },
    accounts,
    asked,
    answerAnew: (how) => {
      reauthentication = how;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const signInPage = `<!doctype html><html lang="en"><title>Acme ID</title><h1>Acme ID</h1>
<form method="post"><label>User name <input name="account" autofocus></label> <button>Continue</button></form>
<form method="post"><button>Cancel</button></form></html>`;

/** A browser that keeps the provider's cookies, so that the provider recognizes it the second time. */
export class ProviderBrowser {
  private readonly cookies = new Map<string, string>();

  /**
   * Follows our server's redirect and enters a user name at the provider, or cancels if there is none.
   * @returns The URL that the provider redirects back to.
   */
  async visit(url: string, account: string | null): Promise<string> {
    let answer = await this.request(url);
    for (let hop = 0; hop < 10; hop += 1) {
      const location = answer.headers.get("location");
      if (!location) throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`);
      const next = new URL(location, answer.url);
      if (next.pathname.startsWith("/api/auth/callback/")) return next.href;
      answer = next.pathname.startsWith("/interaction/")
        ? await this.request(next.href, new URLSearchParams(account ? { account } : {}))
        : await this.request(next.href);
    }
    throw new Error("The provider redirects in a loop.");
  }

  /** Signs out at the provider. */
  forget(): void {
    this.cookies.clear();
  }

  private async request(url: string, body?: URLSearchParams): Promise<Response> {
    const cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie },
      ...(body && { method: "POST", body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return answer;
  }
}
