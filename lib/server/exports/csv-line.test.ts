import { parse } from "csv-parse/sync";
import { array, assert, oneof, property, string } from "fast-check";
import { expect, test } from "vitest";
import { csvLine } from "./csv-line";

const hostile = oneof(
  string({ unit: "binary", maxLength: 20 }),
  string({
    unit: oneof(
      ...[...'=+-@\t\r\n",; a'].map((one) => string({ minLength: 1, maxLength: 1 }).map(() => one)),
    ),
  }),
);

test("S57 whatever the values are, another program reads the same, and none begins like a formula", () => {
  assert(
    property(array(hostile, { minLength: 2, maxLength: 5 }), (values) => {
      const [read] = parse(csvLine(values), { record_delimiter: "\r\n" }) as string[][];
      expect(read?.map((value, index) => (value === values[index] ? value : value.slice(1)))).toEqual(values);
      for (const value of read ?? []) expect(value).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});

test("numbers are written as they are, and null is empty", () => {
  expect(csvLine(["a", -1, null, 'say "hi"'])).toBe('a,-1,,"say ""hi"""\r\n');
});
