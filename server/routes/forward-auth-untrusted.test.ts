import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime({ TRUSTED_PROXIES: "10.9.8.0/24" });
const call = useKeyApi();

test("S51 only a trusted proxy may say what the original request was", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const answer = await call("/api/forward-auth", {
    headers: { "x-forwarded-method": "GET", "x-forwarded-uri": "/", "x-api-key": secret },
  });
  expect([answer.status, answer.headers["x-keyward-error"]]).toEqual([400, "invalid_request"]);
  expect(answer.headers).not.toHaveProperty("x-keyward-workspace-id");
});
