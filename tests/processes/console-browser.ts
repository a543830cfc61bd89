import { type OpenIdProvider, ProviderBrowser } from "../peers/openid-provider";
import { type Answer, callConsole } from "./console-routes";

/** A browser with one tab that uses the console's routes and an identity provider. */
export class ConsoleBrowser {
  readonly cookies = new Map<string, string>();
  readonly atProvider = new ProviderBrowser();

  async request(method: string, target: string, body: unknown = {}): Promise<Answer> {
    const answer = await callConsole(method, target, { cookie: this.cookieHeader(), body });
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      if (value === "" || /max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  get(target: string): Promise<Answer> {
    return this.request("GET", target);
  }

  post(target: string, body: unknown = {}): Promise<Answer> {
    return this.request("POST", target, body);
  }

  /**
   * Presses a button that leads to the provider, signs in there, and returns.
   * @param account The user name at the provider; null to cancel there.
   * @returns The path and query of the page at the end.
   */
  async visitProvider(route: string, account: string | null, callbackUrl?: string): Promise<string> {
    const callback = await this.goToProvider(route, account, callbackUrl);
    return this.comeBack(callback);
  }

  async goToProvider(route: string, account: string | null, callbackUrl?: string): Promise<string> {
    const answer = await this.post(route, callbackUrl === undefined ? {} : { callbackUrl });
    if (answer.status !== 200) throw new Error(answer.body);
    return this.atProvider.visit((answer.json as { url: string }).url, account);
  }

  async comeBack(callback: string): Promise<string> {
    const answer = await this.get(callback);
    const location = answer.headers.get("location");
    if (answer.status !== 303 || !location) throw new Error(`${answer.status} ${answer.body}`);
    const url = new URL(location);
    return url.pathname + url.search;
  }

  private cookieHeader(): string {
    return [...this.cookies].map((pair) => pair.join("=")).join("; ");
  }
}

let people = 0;

/** Creates an account at the provider. @returns Its user name. */
export function someoneAt(
  provider: OpenIdProvider,
  claims: { email?: string; email_verified?: boolean; name?: string } = {},
): { account: string; email: string } {
  people += 1;
  const account = `person-${people}`;
  const email = claims.email ?? `${account}@acme.test`;
  provider.accounts.set(account, { email, email_verified: true, name: "Grace Hopper", ...claims });
  return { account, email };
}
