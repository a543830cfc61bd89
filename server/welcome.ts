import path from "node:path";
import type { Env } from "@/lib/server/env";
import type { DemoSignIn } from "@/prisma/seed";

/**
 * Prints where the console is, once it answers.
 * @param demo How to sign in to the demo workspace, with --demo.
 */
export function welcome(env: Env, demo: DemoSignIn | null): void {
  const lines = [`${env.productName} is at ${env.appUrl}`];
  if (process.env.KEYWARD_QUICKSTART) {
    lines.push(
      "",
      `  1. Open      ${env.appUrl}/sign-up and create your account`,
      "  2. Switch    API access on, under Account settings → Workspace",
      "  3. Create    an API key, under API → API keys, then call with it:",
      "",
      `  curl ${env.apiBaseUrl}/api/public/v1/me -H "x-api-key: YOUR_KEY"`,
      "",
      env.smtpUrl
        ? `Mail is sent as ${env.mailFrom.address}.`
        : `Mail is not sent; it is saved in ${path.join(env.dataDir, "mail")}`,
      "Ctrl-C stops everything.",
    );
  }
  if (demo) lines.push("", `Demo workspace: sign in as ${demo.email} with the password ${demo.password}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}
