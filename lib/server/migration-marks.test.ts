import { expect, test } from "vitest";
import { compareReleases, compatibleSince } from "./migration-marks";

test("a migration names its release in the comment it begins with, and nowhere else", () => {
  expect(compatibleSince("CREATE TABLE a ();")).toBe("0.0.0");
  expect(compatibleSince("-- Compatible since 0.2.0: nothing reads b.\nALTER TABLE a DROP b;")).toBe("0.2.0");
  expect(compatibleSince("-- Two lines.\r\n\r\n-- Compatible since 1.10.3: why.\r\nDROP TABLE a;")).toBe(
    "1.10.3",
  );
  expect(compatibleSince("-- Only a comment. Compatible since 0.2.0")).toBe("0.0.0");
  expect(compatibleSince("DROP TABLE a;\n-- Compatible since 0.2.0: too late.")).toBe("0.0.0");
  expect(compatibleSince("-- Compatible since soon: which?\nDROP TABLE a;")).toBe("0.0.0");
});

test("releases are compared by number", () => {
  const ordered = ["0.0.0", "0.1.0", "0.1.1", "0.2.0", "0.10.0", "1.0.0"];
  for (const [left, one] of ordered.entries())
    for (const [right, other] of ordered.entries())
      expect(Math.sign(compareReleases(one, other)), `${one} ${other}`).toBe(Math.sign(left - right));
});
