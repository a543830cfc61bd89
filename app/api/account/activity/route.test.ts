import { expect, test } from "vitest";
import type { AccountActivity } from "@/lib/contracts/account";
import { useRuntime } from "@/tests/database/runtime";
import { newCookie } from "@/tests/factories/authenticator";
import { makeKey, makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime();

async function activity(cookie: string): Promise<AccountActivity[]> {
  const answer = await callConsole("GET", "/api/account/activity", { cookie });
  return (answer.json as { events: AccountActivity[] }).events;
}

test("recent activity lists the changes to an account, newest first, with time and origin", async () => {
  const { owner, actor } = await makeWorkspace();
  const other = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  const headers = { "user-agent": "Mozilla/5.0 Firefox/140.0" };
  const change = (body: unknown) => callConsole("PATCH", "/api/account", { cookie, body, headers });
  await change({ name: "Ada Lovelace" });
  await change({ theme: "dark" });
  await makeKey(actor);
  const newPassword = "quite another long password";
  const changed = await callConsole("POST", "/api/account/password", {
    cookie,
    body: { currentPassword: password, newPassword },
  });
  await callConsole("PATCH", "/api/account", {
    cookie: await makeSessionCookie(other.owner),
    body: { name: "Another person" },
  });
  const events = await activity(newCookie(changed.headers) ?? "");
  expect(events.map(({ action }) => action)).toEqual([
    "account.password_changed",
    "account.renamed",
    "account.created",
  ]);
  expect(events[1]).toMatchObject({ ip: "203.0.113.7", userAgent: headers["user-agent"] });
  expect(Math.abs(Date.now() - Date.parse(events[1]?.at ?? ""))).toBeLessThan(60_000);
});

test("it lists at most the latest twenty", async () => {
  const { owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  for (let count = 0; count < 22; count += 1)
    await callConsole("PATCH", "/api/account", { cookie, body: { name: `Ada ${count}` } });
  const events = await activity(cookie);
  expect(events).toHaveLength(20);
  expect(new Set(events.map(({ action }) => action))).toEqual(new Set(["account.renamed"]));
});
