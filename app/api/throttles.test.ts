import { expect, test } from "vitest";
import { callConsole } from "@/tests/console-routes";
import { makeSessionCookie, makeWorkspace, password } from "@/tests/factories";
import { useRuntime } from "@/tests/runtime";

useRuntime();

let clients = 0;
/** Each from an address of its own, so that no test uses up another's count. */
const post = (path: string, body: unknown, cookie?: string) =>
  callConsole("POST", path, {
    body,
    cookie,
    headers: { "x-keyward-client-ip": `198.51.100.${++clients % 250}` },
  });
/** Too long for a password: nothing is hashed for it, and it counts like any other. */
const wrong = "x".repeat(200);

test("S08 who guesses at the sign-in page does not keep a signed-in person from confirming who they are", async () => {
  const { owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  for (let guess = 1; guess <= 11; guess += 1)
    await post("/api/sign-in", { email: owner.email, password: wrong });
  expect((await post("/api/sign-in", { email: owner.email, password })).status).toBe(429);
  expect((await post("/api/account/reauthenticate", { password }, cookie)).status).toBe(200);
  expect(
    (await post("/api/sign-in", { email: owner.email, password })).status,
    "nor is the guessing forgotten for it",
  ).toBe(429);
});
