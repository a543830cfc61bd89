import { expect, test, vi } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

// What a platform without a build of it does.
vi.mock("sharp", () => {
  throw new Error("Could not load the sharp module");
});

useRuntime();

test("without the image library, uploading is unavailable and everything else works", async () => {
  const cookie = await makeSessionCookie((await makeWorkspace()).owner);
  const answer = await callConsole("PUT", "/api/account/picture", {
    cookie,
    body: Buffer.from("89504e470d0a1a0a00", "hex"),
    headers: { "content-type": "image/png" },
  });
  expect(answer.status).toBe(503);
  expect(answer.json).toMatchObject({
    error: { code: "unavailable", message: expect.stringContaining("image library is missing") },
  });
  const body = { name: "Ada Lovelace" };
  expect((await callConsole("PATCH", "/api/account", { cookie, body })).status).toBe(200);
});
