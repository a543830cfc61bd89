import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export type ProviderAccount = { email?: string; email_verified?: boolean; name?: string };

export type OpenIdProvider = {
  issuer: string;
  /** The settings of a server of ours that it is to let people into. */
  settings: Record<string, string>;
  /** Who can sign in there, by user name, which is the subject as well. */
  accounts: Map<string, ProviderAccount>;
  /** What came to the authorization endpoint, newest last. */
  asked: URLSearchParams[];
  /**
   * What it does with a question for a new proof: it obeys; it sends the browser straight back and does not say when it last asked
   * ("silent"); or it does so and names a time of its own.
   */
  answerAnew(how: "obey" | "silent" | Date): void;
  close(): Promise<void>;
};

const client = { id: "keyward", secret: "the provider's secret of this client" };

/**
 * A certified OpenID provider on this machine. It asks for a user name, and for no consent.
 * @param origins Where the servers are that people come back to.
 * @param anyone What it knows of a user name that is not among its accounts; nobody, unless said otherwise.
 */
export async function startOpenIdProvider(
  origins: string[],
  anyone: (account: string) => ProviderAccount | undefined = () => undefined,
): Promise<OpenIdProvider> {
  const accounts = new Map<string, ProviderAccount>();
  const asked: URLSearchParams[] = [];
  let anew: "obey" | "silent" | Date = "obey";
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
    // Nobody is asked for consent: what the client may know is granted with the sign-in.
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
      if (anew !== "obey") {
        url.searchParams.delete("max_age");
        url.searchParams.delete("prompt");
        if (anew !== "silent")
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
            ...(anew instanceof Date && { ts: Math.floor(anew.getTime() / 1000) }),
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
      anew = how;
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

/** A browser at the provider: it keeps the provider's cookies, so that it is known there the second time. */
export class ProviderBrowser {
  private readonly cookies = new Map<string, string>();

  /**
   * Goes where our server sent it, and answers the provider's page with a user name, or cancels without one.
   * @returns The address that the provider sends it back to.
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
    throw new Error("The provider leads round in circles.");
  }

  /** Signed out there. */
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
