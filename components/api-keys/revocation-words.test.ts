import { describe, expect, it } from "vitest";
import {
  callersSentence,
  rejectedEverywhereSentence,
  revokedSentence,
  wasUsedLately,
} from "./revocation-words";

const now = new Date("2026-11-22T14:02:11.000Z");
const usedAt = (at: string) => ({ lastUse: { at, ip: null, userAgent: null } });

describe("wasUsedLately", () => {
  it("asks for the name of a key used in the last seven days only", () => {
    expect(wasUsedLately(usedAt("2026-11-15T14:02:12.000Z"), now)).toBe(true);
    expect(wasUsedLately(usedAt("2026-11-15T14:02:11.000Z"), now)).toBe(false);
    expect(wasUsedLately({ lastUse: null }, now)).toBe(false);
  });
});

describe("the sentences", () => {
  it("say how fast and on how many instances the key was rejected", () => {
    expect(rejectedEverywhereSentence({ afterMs: 12, instances: 1, lapsed: 0, staleSeconds: 0 })).toBe(
      "Rejected everywhere in 12 ms, on 1 of 1 instance.",
    );
    expect(
      rejectedEverywhereSentence({ afterMs: 12_001, instances: 3, lapsed: 0, staleSeconds: 0 }),
    ).toContain("in 13 s, on 3 of 3 instances");
    expect(rejectedEverywhereSentence({ afterMs: 0.2, instances: 2, lapsed: 0, staleSeconds: 0 })).toContain(
      "in 1 ms",
    );
  });

  it("leave an unresponsive instance out of the count", () => {
    expect(rejectedEverywhereSentence({ afterMs: 2210, instances: 3, lapsed: 1, staleSeconds: 0 })).toBe(
      "Rejected everywhere in 2210 ms, on 2 of 3 instances. 1 instance isn’t responding, and can’t accept any key until caught up.",
    );
    expect(rejectedEverywhereSentence({ afterMs: 2210, instances: 3, lapsed: 2, staleSeconds: 0 })).toContain(
      "2 instances aren’t responding, and can’t accept any key until caught up.",
    );
  });

  it("count callers", () => {
    expect(callersSentence(0)).toBe("No one used this key in the last hour.");
    expect(callersSentence(1)).toBe("1 caller used this key in the last hour.");
    expect(callersSentence(3)).toBe("3 callers used this key in the last hour.");
  });
});

describe("revokedSentence", () => {
  it("counts the keys that were revoked with the key", () => {
    expect([0, 1, 1200].map((count) => revokedSentence("blog", count))).toEqual([
      "blog is revoked.",
      "blog and the key that it made are revoked.",
      "blog and the 1,200 keys that it made are revoked.",
    ]);
  });
});
