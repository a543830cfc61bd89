import { Unkey } from "@unkey/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createKeyward } from "@/sdk/src/create-keyward";
import { useRuntime } from "@/tests/database/runtime";
import { type Gateway, startGateway } from "@/tests/peers/gateways";
import { secretOn, startOwnDashboard } from "@/tests/peers/own-dashboard";
import { startProtectedApi } from "@/tests/peers/protected-api";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";

/** A key from a company's own dashboard, judged in each way that the company's services could use. */
const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const keyward = useKeyApiServer();
let dashboard: Awaited<ReturnType<typeof startOwnDashboard>>;
let api: Awaited<ReturnType<typeof startProtectedApi>>;
let gateway: Gateway;
beforeAll(async () => {
  dashboard = await startOwnDashboard({
    KEYWARD_URL: keyward.origin(),
    KEYWARD_SERVICE_TOKEN: serviceToken,
  });
  api = await startProtectedApi();
  gateway = await startGateway("nginx", { keyward: keyward.port(), api: api.port });
});
afterAll(async () => {
  await gateway.stop();
  api.close();
  await dashboard.stop();
});

async function createKey(user: string, name: string): Promise<string> {
  const browser = dashboard.open();
  return secretOn(await browser.submit(await browser.signIn(user), "/keys", { name }));
}

test("nginx, the SDK and Unkey's SDK tell the company's ids of customer and user, and the key's metadata", async () => {
  const metadata = { plan: "pro", created_in: "dashboard" };
  for (const user of ["user-1", "user-2"]) {
    const secret = await createKey(user, `${user}'s key`);

    const answer = await sendRaw(gateway.port, "/v1/files", { headers: { "x-api-key": secret } });
    expect(answer.status).toBe(200);
    const { rawHeaders } = api.seen.at(-1) as { rawHeaders: string[] };
    const told = new Headers(
      rawHeaders.flatMap((name, at): [string, string][] =>
        at % 2 ? [] : [[name, rawHeaders[at + 1] ?? ""]],
      ),
    );
    expect(told.get("x-keyward-external-workspace-id")).toBe("customer-1");
    expect(told.get("x-keyward-external-user-id")).toBe(user);
    expect(JSON.stringify(rawHeaders)).not.toContain("created_in");

    const sdk = createKeyward({ url: keyward.origin(), serviceToken, timeoutMs: 15_000 });
    const verdict = await sdk.verify({ headers: ["x-api-key", secret], method: "GET" });
    expect(verdict).toMatchObject({
      ...{ valid: true, externalWorkspaceId: "customer-1", externalUserId: user, metadata },
    });

    const unkey = new Unkey({ rootKey: serviceToken, serverURL: keyward.origin() });
    const { data } = await unkey.keys.verifyKey({ key: secret });
    expect(data).toMatchObject({ valid: true, meta: metadata, identity: { externalId: user } });

    if (!verdict.valid) throw new Error("The key was denied.");
    const [keyId, userId] = [told.get("x-keyward-key-id"), told.get("x-keyward-user-id")];
    expect([verdict.keyId, verdict.userId]).toEqual([keyId, userId]);
    expect([data.keyId, data.identity?.id]).toEqual([keyId, userId]);
  }
});
