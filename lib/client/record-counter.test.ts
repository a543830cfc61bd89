import { array, assert, integer, oneof, property, string } from "fast-check";
import { expect, it } from "vitest";
import { csvLine } from "@/lib/server/exports/csv-line";
import { countRecords } from "./record-counter";

const text = oneof(
  string({ unit: "grapheme", maxLength: 8 }),
  string({
    unit: oneof(...[...'",\r\nä'].map((one) => string({ minLength: 1, maxLength: 1 }).map(() => one))),
  }),
);

/** The bytes of a file in pieces of this size, as a network may cut them: also within a character. */
function* pieces(file: string, size: number) {
  const bytes = new TextEncoder().encode(file);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it.each(["csv", "ndjson"] as const)("counts the records of %s, however it is cut into pieces", (format) => {
  assert(
    property(
      array(array(text, { minLength: 2, maxLength: 3 })),
      integer({ min: 1, max: 50 }),
      (rows, size) => {
        const file =
          format === "csv"
            ? [["a", "b"], ...rows].map(csvLine).join("")
            : [...rows, { end: true, rows: rows.length }].map((row) => `${JSON.stringify(row)}\n`).join("");
        const counter = countRecords(format);
        for (const piece of pieces(file, size)) counter.add(piece);
        expect(counter.rows()).toBe(rows.length);
        counter.requireComplete();
      },
    ),
  );
});

it.each([
  ["csv", ""],
  ["csv", 'at,id\r\n"a'],
  ["csv", "at,id\r\na"],
  ["csv", 'at,id\r\n"a\r\n'],
  ["ndjson", ""],
  ["ndjson", '{"id":1}\n'],
  ["ndjson", '{"id":1}\n{"end":true,"rows":2}\n'],
  ["ndjson", '{"id":1}\n{"end":true,"rows":1}'],
  ["ndjson", '{"end":true,"rows":0}\n{"id":1}\n'],
] as const)("%s that ends early is incomplete: %j", (format, file) => {
  const counter = countRecords(format);
  counter.add(new TextEncoder().encode(file));
  expect(() => counter.requireComplete()).toThrow();
});
