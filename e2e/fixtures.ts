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
  /** A person with a workspace, created over HTTP, with API access on. `console` is another session of the same person. */
  workspace: TestWorkspace;
  /** Signs the page in as the workspace's owner. */
  signIn: (page?: Page) => Promise<void>;
  /** Creates a key for the owner, by default read-only and for 90 days. */
  apiKey: (input?: Partial<CreateApiKeyInput>) => Promise<CreatedApiKey>;
  /** A page in another browser context, with its own cookies. */
  elsewhere: (options?: BrowserContextOptions) => Promise<Page>;
  /** Errors in the browser's console that a test causes on purpose. All others fail it. */
  expectedErrors: RegExp[];
};

export const test = base.extend<Fixtures & { failOnErrors: undefined }>({
  baseURL: origin,
  context: async ({ context }, use) => {
    await blockClicksUntilHydrated(context);
    await use(context);
  },

  elsewhere: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL: origin, ...options });
      contexts.push(context);
      await blockClicksUntilHydrated(context);
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
 * Blocks clicks until the page is hydrated: earlier ones would be lost. Waits for every control, because React drops clicks on
 * parts whose scripts are still loading. React marks the elements that it has hydrated.
 */
async function blockClicksUntilHydrated(context: BrowserContext): Promise<void> {
  await context.addInitScript((ours) => {
    // An identity provider's pages don't use React.
    if (location.origin !== ours) return;
    const blockClicks = new CSSStyleSheet();
    blockClicks.replaceSync("body { pointer-events: none }");
    document.adoptedStyleSheets = [blockClicks];
    const marked = (node: Node, mark: string) => Object.keys(node).some((key) => key.startsWith(mark));
    const check = () => {
      const hydrated =
        document.readyState === "complete" &&
        marked(document, "__reactContainer") &&
        [...document.body.querySelectorAll("a, button, input, select, summary, textarea")].every((control) =>
          marked(control, "__reactFiber"),
        );
      if (hydrated) document.adoptedStyleSheets = [];
      else requestAnimationFrame(check);
    };
    check();
  }, origin);
}

/** Call this before pressing keys, which aren't blocked. */
export async function untilHydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => document.adoptedStyleSheets.length === 0);
}

/** Clears a browser's cookies. Leaves the page first, which would otherwise ask to sign in again. */
export async function forgetCookies(
  page: Page,
  which?: Parameters<BrowserContext["clearCookies"]>[0],
): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies(which);
}

/** Sends a request that a test depends on. Retries a 503, with which a busy server asks to try again. */
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

export async function callWithKey(
  secret: string,
  headers: Record<string, string> = { "x-api-key": secret },
  path = "/api/public/v1/me",
): Promise<{ status: number; code: string | null }> {
  const answer = await fetch(origin + path, { headers: { "user-agent": "nightly-export/1.4", ...headers } });
  const body = (await answer.json()) as { error?: { code: string } };
  return { status: answer.status, code: body.error?.code ?? null };
}

/** Changes the database directly, such as to let time pass. */
export async function inDatabase(statement: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client(clientConfig(process.env.E2E_DATABASE_URL ?? ""));
  await client.connect();
  await client.query(statement, values);
  await client.end();
}

/** The page's alert, without the empty one that Next.js adds for screen readers. */
export function alert(page: Page): Locator {
  return page.getByRole("alert").filter({ hasText: /\S/ });
}

/** The row with a link of this name. */
export function row(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}
