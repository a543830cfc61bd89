import { randomBytes } from "node:crypto";
import {
  type APIRequestContext,
  type APIResponse,
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Locator,
  type Page,
  request,
} from "@playwright/test";
import pg from "pg";
import type { CreateApiKeyInput } from "../lib/contracts/api-key-input";
import type { CreatedApiKey } from "../lib/contracts/api-keys";
import { clientConfig } from "../lib/server/database";

export { expect } from "@playwright/test";

export const password = "correct horse battery staple";
export const origin = process.env.E2E_ORIGIN ?? "";

export type TestWorkspace = {
  slug: string;
  name: string;
  owner: { name: string; email: string };
  console: APIRequestContext;
};
type Fixtures = {
  /** A person with a workspace of their own, made over HTTP; API access is on. `console` is a session of theirs beside the page's. */
  workspace: TestWorkspace;
  /** Signs the page in as the workspace's owner. */
  signIn: (page?: Page) => Promise<void>;
  /** Makes a key of the owner's: read-only and for 90 days, unless said otherwise. */
  apiKey: (input?: Partial<CreateApiKeyInput>) => Promise<CreatedApiKey>;
  /** A page of another browser, with cookies of its own. */
  elsewhere: (options?: BrowserContextOptions) => Promise<Page>;
  /** Errors in the browser's console that a test brings about on purpose. All others fail it. */
  expectedErrors: RegExp[];
};

export const test = base.extend<Fixtures & { failOnErrors: undefined }>({
  baseURL: origin,
  context: async ({ context }, use) => {
    await clickOnceHeard(context);
    await use(context);
  },

  elsewhere: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL: origin, ...options });
      contexts.push(context);
      await clickOnceHeard(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  expectedErrors: async ({ page: _ }, use) => use([]),

  failOnErrors: [
    async ({ context, expectedErrors }, use) => {
      const errors: string[] = [];
      watch(context, errors);
      await use(undefined);
      expect(errors.filter((error) => !expectedErrors.some((expected) => expected.test(error)))).toEqual([]);
    },
    { auto: true },
  ],

  workspace: async ({ page: _ }, use) => {
    const unique = randomBytes(5).toString("hex");
    const owner = { name: "Ada Lovelace", email: `ada-${unique}@example.test` };
    const console = await request.newContext({ baseURL: origin, extraHTTPHeaders: { origin } });
    const made = await succeed(() =>
      console.post("/api/sign-up", { data: { ...owner, password, workspaceName: `Acme ${unique}` } }),
    );
    const { workspaceSlug: slug } = await made.json();
    await succeed(() => console.post("/api/sign-in", { data: { email: owner.email, password } }));
    await succeed(() => console.put(`/api/workspaces/${slug}/api-access`, { data: { enabled: true } }));
    await use({ slug, name: `Acme ${unique}`, owner, console });
    await console.dispose();
  },

  signIn: async ({ page, workspace }, use) => {
    await use(async (given = page) => {
      await succeed(() =>
        given.request.post(`${origin}/api/sign-in`, {
          data: { email: workspace.owner.email, password },
          headers: { origin },
        }),
      );
    });
  },

  apiKey: async ({ workspace }, use) => {
    await use(async (input = {}) => {
      const data = { name: "blog ingest", permissionLevel: "read_only", expiresInDays: 90, ...input };
      const answer = await succeed(() =>
        workspace.console.post(`/api/workspaces/${workspace.slug}/api-keys`, { data }),
      );
      return answer.json();
    });
  },
});

/**
 * A page is drawn before its script runs, and on a slow machine long before. What is clicked until then is not heard: a person
 * presses again, and a test waits. It is not enough that React listens at the document, for it drops a click on a part whose
 * script is still on its way: everything one can press must have been taken over, which is when React marks it.
 */
async function clickOnceHeard(context: BrowserContext): Promise<void> {
  await context.addInitScript((ours) => {
    // An identity provider's pages are not made with React.
    if (location.origin !== ours) return;
    const deaf = new CSSStyleSheet();
    deaf.replaceSync("body { pointer-events: none }");
    document.adoptedStyleSheets = [deaf];
    const marked = (node: Node, mark: string) => Object.keys(node).some((key) => key.startsWith(mark));
    const listen = () => {
      const heard =
        document.readyState === "complete" &&
        marked(document, "__reactContainer") &&
        [...document.body.querySelectorAll("a, button, input, select, summary, textarea")].every((control) =>
          marked(control, "__reactFiber"),
        );
      if (heard) document.adoptedStyleSheets = [];
      else requestAnimationFrame(listen);
    };
    listen();
  }, origin);
}

/** The same for keys that are pressed. */
export async function untilHeard(page: Page): Promise<void> {
  await page.waitForFunction(() => document.adoptedStyleSheets.length === 0);
}

/** Takes a browser's cookies away. The page that is open would ask to sign in again as soon as it learns of it. */
export async function forgetCookies(
  page: Page,
  which?: Parameters<BrowserContext["clearCookies"]>[0],
): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies(which);
}

/** What a test stands on. "Try again shortly", as a server short of processor may answer, is heeded: it is not what tests are about. */
async function succeed(send: () => Promise<APIResponse>): Promise<APIResponse> {
  const answers: APIResponse[] = [];
  await expect(async () => {
    answers.push(await send());
    expect(answers.at(-1)?.status()).not.toBe(503);
  }).toPass({ timeout: 20_000 });
  const answer = answers.at(-1) as APIResponse;
  expect(answer.ok(), `${answer.url()} answered ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer;
}

function watch(context: BrowserContext, errors: string[]): void {
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
}

/** One call of a program with a key. */
export async function callWithKey(
  secret: string,
  headers: Record<string, string> = { "x-api-key": secret },
  path = "/api/public/v1/me",
): Promise<{ status: number; code: string | null }> {
  const answer = await fetch(origin + path, { headers: { "user-agent": "nightly-export/1.4", ...headers } });
  const body = (await answer.json()) as { error?: { code: string } };
  return { status: answer.status, code: body.error?.code ?? null };
}

/** What time alone would do, done at once. */
export async function inDatabase(statement: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client(clientConfig(process.env.E2E_DATABASE_URL ?? ""));
  await client.connect();
  await client.query(statement, values);
  await client.end();
}

/** The page's alert. Next.js keeps an empty one of its own for screen readers. */
export function alert(page: Page): Locator {
  return page.getByRole("alert").filter({ hasText: /\S/ });
}

/** The row of a table whose first cell says this. */
export function row(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}
