import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { publicAccessLogQuery } from "@/lib/contracts/access-log-query";
import { introspectInput, verifyInput, verifyUnkeyInput } from "@/lib/contracts/decision-input";
import { errorCodes } from "@/lib/contracts/error-codes";
import { keyOperations } from "@/lib/contracts/http-api/key-operations";
import { operations } from "@/lib/contracts/http-api/operations";
import { serviceOperations } from "@/lib/contracts/http-api/service-operations";
import {
  publicCreateApiKeyInput,
  publicListApiKeysQuery,
  publicRotateApiKeyInput,
  publicUpdateApiKeyInput,
} from "@/lib/contracts/public-api-key-input";
import { putWorkspaceInput, quotaInput, usageRecordInput } from "@/lib/contracts/quota-input";
import { publicUsageQuery } from "@/lib/contracts/usage-query";
import { projectRoot } from "@/server/start-runtime";
import { useRuntime } from "@/tests/database/runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime({ METRICS_TOKEN: "a-metrics-token-of-a-test" });
const call = useKeyApi();
const page = readFileSync(path.join(projectRoot(), "docs/http-api.md"), "utf8");
/** Routes as the page writes them: `POST /auth/api-keys`. */
const described = [...page.matchAll(/`([A-Z]+) (\/[^`\s?]*)(?:\?[^`]*)?`/g)].map(([, method, route]) => ({
  method: method as string,
  path: route as string,
}));

test("every operation of the description for tools is on the page, and so is every path", () => {
  const rows = [...Object.values(keyOperations), ...Object.values(serviceOperations)];
  const mounted = rows.map(({ method, path }) => ({ method, path }));
  expect(mounted).toContainEqual({ method: "POST", path: "/auth/api-keys/{key_id}/rotate" });
  expect(described).toEqual(expect.arrayContaining(mounted));
  for (const { path } of Object.values(operations)) expect(page).toContain(path.replace(/\/\{.*/, ""));
});

test("every route that is described is there, with its method", async () => {
  expect(described.length).toBeGreaterThan(15);
  for (const { method, path: route } of described) {
    const answer = await call(route.replace(/\{\w+\}/g, "some-id"), { method });
    expect([404, 405], `${method} ${route}`).not.toContain(answer.status);
  }
});

test("every error code is described, with its status, and no other is", () => {
  const rows = [...page.matchAll(/^\| (\d{3}) \| `(\w+)` \|/gm)].map(([, status, code]) => [
    code,
    Number(status),
  ]);
  const codes = Object.entries(errorCodes).map(([code, { status }]) => [code, status]);
  expect(rows.sort()).toEqual(codes.sort());
});

test.each([
  ["3.1", publicCreateApiKeyInput],
  ["3.2", publicListApiKeysQuery],
  ["3.4", publicUpdateApiKeyInput],
  ["3.6", publicRotateApiKeyInput],
  ["4.2", publicAccessLogQuery],
  ["4.3", publicUsageQuery],
  ["5.3", verifyInput],
  ["5.4", introspectInput],
  ["5.5", verifyUnkeyInput],
  ["6.1", putWorkspaceInput],
  ["6.1", quotaInput],
  ["6.2", usageRecordInput],
])("section %s names every field that its route takes", (number, input) => {
  const section = page.split(/^##+ /m).find((text) => text.startsWith(`${number} `)) ?? "";
  for (const field of Object.keys(input.shape)) expect(section).toMatch(new RegExp(`\\b${field}\\b`));
});
