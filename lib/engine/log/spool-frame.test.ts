import { array, assert, nat, property, string } from "fast-check";
import { expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "./spool-frame";

const line = string({ unit: "binary" }).map((text) => `${text.replaceAll("\n", " ")}\n`);
const lines = array(line, { minLength: 1, maxLength: 20 });

test("a frame is decoded as it was encoded, at any offset", () => {
  assert(
    property(lines, nat(), nat(50), (written, firstSeq, before) => {
      const frame = encodeFrame({ firstSeq, count: written.length, lines: Buffer.from(written.join("")) });
      const bytes = Buffer.concat([Buffer.alloc(before), frame, Buffer.from("#1 1")]);
      const read = decodeFrame(bytes, before);
      expect(read).toMatchObject({ firstSeq, count: written.length, end: before + frame.length });
      expect((read as { lines: Buffer }).lines.toString()).toBe(Buffer.from(written.join("")).toString());
    }),
  );
});

test("a truncated frame reports what it needs or null, and a frame with any changed byte is void", () => {
  assert(
    property(lines, nat(), nat(255), (written, position, change) => {
      const frame = encodeFrame({ firstSeq: 7, count: written.length, lines: Buffer.from(written.join("")) });
      const cut = decodeFrame(frame.subarray(0, position % frame.length), 0);
      expect(cut === null || "needs" in cut).toBe(true);
      const changed = Buffer.from(frame);
      const at = position % frame.length;
      changed[at] = ((changed[at] as number) + 1 + (change % 255)) % 256;
      const read = decodeFrame(changed, 0);
      expect(read === null || "needs" in read).toBe(true);
    }),
  );
});
