import { beforeAll, describe, expect, test } from "vitest";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { accountRows } from "@/tests/access-matrix/account-rows";
import { deliveryRows } from "@/tests/access-matrix/delivery-rows";
import { keyRows } from "@/tests/access-matrix/key-rows";
import { memberRows } from "@/tests/access-matrix/member-rows";
import type { Ids, Row } from "@/tests/access-matrix/row";
import { signInRows } from "@/tests/access-matrix/sign-in-rows";
import { subscriptionRows } from "@/tests/access-matrix/subscription-rows";
import { workspaceRows } from "@/tests/access-matrix/workspace-rows";
import { useRuntime } from "@/tests/database/runtime";
import { cookieOf, makeStage, type Stage, type Visitor, visitors } from "@/tests/factories/console-people";
import { callConsole, findConsoleRoutes } from "@/tests/processes/console-routes";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8", GITHUB_CLIENT_ID: "our-client", GITHUB_CLIENT_SECRET: "s" });

const table: Row[] = [
  ...signInRows,
  ...accountRows,
  ...workspaceRows,
  ...memberRows,
  ...keyRows,
  ...subscriptionRows,
  ...deliveryRows,
];

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});

test("S42 the matrix covers every method of every route under app/api, and nothing else", async () => {
  const declared = new Set(table.map(({ method, route }) => `${method} ${route}`));
  const found = (await findConsoleRoutes()).flatMap(({ pattern, methods }) =>
    methods.map((method) => `${method} ${pattern}`),
  );
  expect([...declared].sort()).toEqual(found.sort());
});

describe("S42 access to", () => {
  for (const row of table) {
    for (const [index, visitor] of visitors.entries()) {
      test(`${row.method} ${row.route}${row.title ? ` (${row.title})` : ""} by ${visitor}: ${row.answers[index]}`, async () => {
        const cookie = await cookieOf(stage, visitor);
        const answer = await callConsole(row.method, await pathOf(row, visitor), {
          cookie,
          body: await row.body?.(stage, visitor),
          ...(row.headers && { headers: row.headers }),
        });
        expect(answer.status, answer.body).toBe(row.answers[index]);
      });
    }
  }
});

describe("S42 while API access is off", () => {
  // Revoking may be urgent, and so is stopping a subscription.
  const gated = table.filter(
    ({ method, route, title }) =>
      /\/(api-keys|access-logs|usage|permissions|event-subscriptions)/.test(route) &&
      !route.endsWith("/revoke") &&
      !(/\/event-subscriptions(\/\[subscriptionId\])?$/.test(route) && ["GET", "DELETE"].includes(method)) &&
      !(route.endsWith("/batch") && title === "revoke"),
  );
  for (const row of gated) {
    test(`${row.method} ${row.route}${row.title ? ` (${row.title})` : ""} is rejected for every member`, async () => {
      await setApiAccess(stage.actors.owner, false);
      for (const [index, visitor] of (["viewer", "member", "admin", "owner"] as const).entries()) {
        const cookie = await cookieOf(stage, visitor);
        const answer = await callConsole(row.method, await pathOf(row, visitor), {
          cookie,
          body: await row.body?.(stage, visitor),
        });
        const { error } = answer.json as { error?: { code: string } };
        const isDenied = row.answers[index + 2] === 403 && error?.code === "insufficient_permissions";
        if (!isDenied) expect(error?.code).toBe("api_access_disabled");
      }
    });
  }
});

async function pathOf(row: Row, visitor: Visitor): Promise<string> {
  const ids: Ids = (await row.ids?.(stage, visitor)) ?? {};
  return `${row.route}${row.search ? `?${row.search}` : ""}`
    .replace("[workspace]", stage.workspace.slug)
    .replace("[keyId]", ids.keyId ?? "")
    .replace("[passkeyId]", ids.passkeyId ?? "")
    .replace("[sessionId]", ids.sessionId ?? "")
    .replace("[userId]", ids.userId ?? "")
    .replace("[eventId]", ids.eventId ?? "")
    .replace("[subscriptionId]", ids.subscriptionId ?? "")
    .replace("[domainId]", ids.domainId ?? "")
    .replace("[deliveryId]", ids.deliveryId ?? "")
    .replace("[entry]", ids.entry ?? "")
    .replace("[provider]", "github")
    .replace("[invitationId]", ids.invitationId ?? "")
    .replace("[...nextauth]", ids.nextauth ?? "");
}
