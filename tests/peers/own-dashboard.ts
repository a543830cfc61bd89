import { freePort } from "../processes/started-server";
import { startExample } from "./example";

export const dashboardPassword = "a-password-of-a-test";

/** Starts examples/your-own-dashboard with a Keyward. */
export async function startOwnDashboard(settings: {
  KEYWARD_URL: string;
  KEYWARD_SERVICE_TOKEN: string;
  APP_URL?: string;
}) {
  const port = await freePort();
  const example = await startExample("your-own-dashboard", {
    PORT: String(port),
    APP_URL: `http://localhost:${port}`,
    DEMO_PASSWORD: dashboardPassword,
    ...settings,
  });
  const appUrl = settings.APP_URL ?? `http://localhost:${port}`;
  return { ...example, open: () => new FormsBrowser(`http://127.0.0.1:${port}`, appUrl) };
}

export type Page = { status: number; html: string; text: string; headers: Headers };
type Form = { action: string; fields: Record<string, string> };

/** As much of a browser as pages of plain forms need: it keeps the cookie, follows redirects and sends a form's hidden fields. */
export class FormsBrowser {
  cookie = "";

  constructor(
    private readonly address: string,
    private readonly origin: string,
  ) {}

  async open(path: string): Promise<Page> {
    return this.send(path, {});
  }

  async signIn(user: string, password = dashboardPassword): Promise<Page> {
    return this.submit(await this.open("/sign-in"), "/sign-in", { user, password });
  }

  /** Sends the page's form with this action. */
  async submit(page: Page, action: string, fields: Record<string, string> = {}): Promise<Page> {
    const form = formsOf(page).find((one) => one.action === action);
    if (!form) throw new Error(`The page has no form ${action}:\n${page.html}`);
    return this.post(action, { ...form.fields, ...fields });
  }

  /** Sends any fields, as a program could. */
  async post(
    path: string,
    fields: Record<string, string>,
    origin: string | null = this.origin,
  ): Promise<Page> {
    return this.send(path, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: origin === null ? {} : { origin },
    });
  }

  private async send(path: string, init: RequestInit): Promise<Page> {
    const headers = { ...(init.headers as Record<string, string>), cookie: this.cookie };
    const response = await fetch(`${this.address}${path}`, { ...init, headers, redirect: "manual" });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(";", 1)[0] ?? "";
    const next = response.headers.get("location");
    if (response.status === 303 && next !== null) return this.open(next);
    const html = await response.text();
    const text = html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    return { status: response.status, html, text, headers: response.headers };
  }
}

/** The forms with their hidden fields and chosen options. */
export function formsOf({ html }: Page): Form[] {
  return [...html.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(
    ([, action = "", content = ""]) => {
      const fields: Record<string, string> = {};
      for (const [, name = "", value = ""] of content.matchAll(
        /<input type="hidden" name="(.*?)" value="(.*?)"/g,
      ))
        fields[name] = value;
      for (const [, name = "", options = ""] of content.matchAll(/<select name="(.*?)".*?>(.*?)<\/select>/gs))
        fields[name] =
          /value="([^"]*)" selected/.exec(options)?.[1] ?? /value="([^"]*)"/.exec(options)?.[1] ?? "";
      return { action, fields };
    },
  );
}

/** The secret on the page that shows it. */
export function secretOn({ html }: Page): string {
  const secret = /<code>(kw_sk_\w+)<\/code>/.exec(html)?.[1];
  if (secret === undefined) throw new Error(`The page has no secret:\n${html}`);
  return secret;
}
