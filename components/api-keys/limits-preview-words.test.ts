import { describe, expect, it } from "vitest";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { previewSentence, stricterLimits } from "./limits-preview-words";

const key = { allowedIps: ["203.0.113.0/24"], rateLimitPerMinute: 600 } as ApiKey;

describe("stricterLimits", () => {
  const of = (allowedIps: string, rateLimitPerMinute = "", from = key) =>
    stricterLimits({ allowedIps, rateLimitPerMinute }, from);

  it("has a changed list of addresses and a lower rate limit", () => {
    expect(of("203.0.113.7", "60")).toEqual({ allowedIps: ["203.0.113.7"], rateLimitPerMinute: 60 });
    expect(of("203.0.113.7", "600")).toEqual({ allowedIps: ["203.0.113.7"] });
    expect(of("203.0.113.0/24", "60")).toEqual({ rateLimitPerMinute: 60 });
    expect(of("10.0.0.1", "", { ...key, allowedIps: [] })).toEqual({ allowedIps: ["10.0.0.1"] });
  });

  it("is null if nothing gets stricter, or nothing can be tried yet", () => {
    expect(of("203.0.113.0/24")).toBeNull();
    expect(of("203.0.113.0/24\n10.0.0.1")).toBeNull();
    expect(of("")).toBeNull();
    expect(of("203.0.113.0/24", "9000")).toBeNull();
    expect(of("203.0.113", "many")).toBeNull();
    expect(of("203.0.113.7\nlocalhost")).toBeNull();
  });
});

it.each([
  [{ requests: 4310, refused: 12 }, "Would have refused 12 of 4,310 requests of the last 7 days."],
  [{ requests: 1, refused: 1 }, "Would have refused 1 of 1 request of the last 7 days."],
  [{ requests: 4310, refused: 0 }, "Would have refused none of the 4,310 requests of the last 7 days."],
  [
    { requests: 4310, refused: 12, isEstimate: true },
    "Would have refused about 12 of 4,310 requests of the last 7 days.",
  ],
  [
    { requests: 100_000, refused: 12, since: "2026-11-25T14:02:00.000Z" },
    "Would have refused 12 of the latest 100,000 requests.",
  ],
  [
    { requests: 100_000, refused: 0, since: "2026-11-25T14:02:00.000Z" },
    "Would have refused none of the latest 100,000 requests.",
  ],
  [
    { requests: 0, refused: 0 },
    "No requests were allowed in the last 7 days, so there is nothing to try this on.",
  ],
])("says what %j means", (preview, sentence) => {
  expect(previewSentence({ days: 7, isEstimate: false, since: null, ...preview })).toBe(sentence);
});
