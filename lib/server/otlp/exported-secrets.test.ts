import { afterAll, expect, test } from "vitest";
import { generateSecret } from "@/lib/engine/keys/key-format";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { startOtlpReceiver } from "@/tests/peers/otlp-receiver";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";

const receiver = await startOtlpReceiver();
const ofTheCollector = "a-token-of-the-collector";
useRuntime({
  OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.origin}/base/`,
  OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer%20${ofTheCollector}`,
});
const call = useKeyApi();
afterAll(() => receiver.close());

test("S27 the exported access log contains no secret, no matter where a client puts it", async () => {
  const { otlp } = runtime();
  otlp?.exporter.start();
  const { actor } = await makeWorkspace();
  const { secret: key } = await makeKey(actor);
  const gateway = { "x-original-method": "GET", "x-original-uri": "/" };
  const wrong = generateSecret("kw_sk_");
  for (const secret of [key, wrong]) {
    const head = { "x-api-key": secret };
    await call("/api/public/v1/me", { headers: { ...head, "x-request-id": secret, "user-agent": secret } });
    await call(`/auth/api-keys/${secret}?search=${secret}`, { headers: head });
    await call("/api/forward-auth", {
      headers: {
        ...head,
        ...gateway,
        "x-original-method": secret,
        "x-original-uri": `/a/${secret}?b=${secret}`,
      },
    });
    await call("/api/public/v1/me", { headers: { authorization: `Bearer ${secret}` } });
  }
  await waitUntil("all is sent", async () => otlp?.exporter.waiting === 0);
  await otlp?.exporter.stop();
  const text = receiver.attempts.map((attempt) => attempt.text).join();
  expect(receiver.records().length).toBeGreaterThanOrEqual(6);
  // Proves that there was something to mask.
  expect(text).toContain("kw_sk_…");
  for (const secret of [key, wrong, ofTheCollector]) expect(text).not.toContain(secret);
  expect(receiver.attempts[0]?.headers.authorization).toBe(`Bearer ${ofTheCollector}`);
  expect(receiver.attempts[0]?.path).toBe("/base/v1/logs");
});
