import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "./fixtures";

const manifest = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, "../.next/build-manifest.json"), "utf8"),
);

test("scripts and pages are sent with Brotli, or with gzip where the client takes nothing better", async ({
  request,
}) => {
  const page = await request.get("/sign-in", { headers: { "accept-encoding": "br, gzip" } });
  expect(page.headers()["content-encoding"]).toBe("br");
  const script = `/_next/${manifest.rootMainFiles[0]}`;
  for (const [accepted, encoding] of [
    ["gzip, deflate, br", "br"],
    ["gzip", "gzip"],
    ["identity", undefined],
  ] as const) {
    const answer = await request.get(script, { headers: { "accept-encoding": accepted } });
    expect(answer.status()).toBe(200);
    const { "content-encoding": sent, ...headers } = answer.headers();
    expect(sent).toBe(encoding);
    expect(headers).toMatchObject({
      "cache-control": "public,max-age=31536000,immutable",
      "x-content-type-options": "nosniff",
      vary: "Accept-Encoding",
    });
  }
});
