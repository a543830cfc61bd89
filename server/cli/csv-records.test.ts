import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { ImportRecord } from "@/lib/server/keys/import-records";
import { csvRecords } from "./csv-records";

const sha = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** Reads a file that arrives in chunks of this size. */
async function read(file: string | Buffer, size = 7, defaults = {}): Promise<ImportRecord[]> {
  const bytes = Buffer.from(file as string);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const records: ImportRecord[] = [];
  for await (const record of csvRecords(chunks(), defaults)) records.push(record);
  return records;
}

const header = "sha256,name,permission_level";

test("every column becomes the field of the same name, and empty cells are left out", async () => {
  const columns =
    "sha256,name,key_prefix,key_suffix,length,permission_level,permissions,metadata,owner,environment,allowed_ips,expires_at,disabled";
  const cells = `abc, nightly ,acme_,x7Qd,40,custom,files:read;runs.execute,"{""plan"":""pro"",""seats"":3}",ext:user-1,staging,203.0.113.0/24 ::1,2030-01-01T00:00:00Z,TRUE`;
  const [full, bare] = await read(`${columns}\n${cells}\ndef,b,,,,read_only,,,,,,,\n`);
  expect(full).toEqual({
    line: 2,
    value: {
      ...{ sha256: "abc", name: "nightly", key_prefix: "acme_", key_suffix: "x7Qd", length: 40 },
      ...{ permission_level: "custom", permissions: ["files:read", "runs.execute"] },
      ...{ metadata: { plan: "pro", seats: 3 }, owner: "ext:user-1", environment: "staging" },
      ...{ allowed_ips: ["203.0.113.0/24", "::1"], expires_at: "2030-01-01T00:00:00Z", disabled: true },
    },
  });
  expect(bare).toEqual({
    line: 3,
    value: { sha256: "def", name: "b", permission_level: "read_only", key_prefix: "", key_suffix: "" },
  });
});

test("a plain key is hashed, and its prefix, suffix and length come from it unless they are given", async () => {
  const key = "acme_live_0123456789abcdef";
  const file = `key,name,permission_level\n${key},a,read_only\n`;
  const derived = { sha256: sha(key), key_prefix: "acme_live_", key_suffix: "cdef", length: key.length };
  const [record] = await read(file);
  expect(record).toMatchObject({ value: derived });
  expect(JSON.stringify(record)).not.toContain(key);
  const [given] = await read(file, 7, { keyPrefix: "acme_", keyLength: 26 });
  expect(given).toMatchObject({ value: { ...derived, key_prefix: "acme_" } });
  const both = await read(`sha256,key,name,permission_level\nabc,${key},a,read_only`);
  expect(both).toEqual([{ line: 2, problem: expect.stringMatching(/^key: /) }]);
});

test("byte order marks, UTF-16, each kind of line end and delimiter, and lines of empty cells are understood", async () => {
  const rows = [
    "sha256,name,permission_level,",
    'abc,"a, ""b"" é",read_only,',
    ",,,",
    "",
    "def,c,read_write,",
  ];
  const names = async (file: string | Buffer, size?: number) =>
    (await read(file, size)).map((record) => [
      record.line,
      (record as { value: { name: string } }).value.name,
    ]);
  const expected = [
    [2, 'a, "b" é'],
    [5, "c"],
  ];
  for (const end of ["\n", "\r\n", "\r"])
    for (const size of [1, 3, 1000]) {
      const text = rows.join(end);
      expect(await names(text, size), JSON.stringify([end, size])).toEqual(expected);
      expect(await names(`\ufeff${text}${end}`, size)).toEqual(expected);
      const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");
      expect(await names(utf16, size)).toEqual(expected);
      expect(await names(Buffer.from(utf16).swap16(), size)).toEqual(expected);
    }
  expect(await names(rows.join("\n").replace("\n", "\r\n"))).toEqual(expected);
  for (const delimiter of [";", "\t"])
    expect(await names(rows.map((row) => row.replaceAll(/,(?! )/g, delimiter)).join("\n"))).toEqual(expected);
});

test("a formula is text, and an apostrophe that an export put before it is removed", async () => {
  const records = await read(
    `${header}\na,=1+1,read_only\nb,'=1+1,read_only\nc,'quoted',read_only\nd,'-x,read_only\ne,'\uff1dx,read_only`,
  );
  expect(records.map((record) => (record as { value: { name: string } }).value.name)).toEqual([
    "=1+1",
    "=1+1",
    "'quoted'",
    "-x",
    "\uff1dx",
  ]);
});

test("what can't be converted is refused with its line, and the lines after it are read", async () => {
  const records = await read(
    [
      `${header},length,metadata,disabled`,
      "a,b,read_only",
      "a,b,read_only,1,,,x",
      "a,b,read_only,many,,perhaps",
      "a,b,read_only,,not json,",
      "a,b,read_only,,1,",
      'a,"two\nlines",read_only,,,',
      "a,b,read_only,20,,false",
    ].join("\n"),
  );
  expect(records).toMatchObject([
    { line: 2, problem: "This line has 3 cells, but the first line 6." },
    { line: 3, problem: "This line has 7 cells, but the first line 6." },
    { line: 4, value: { length: "many", disabled: "perhaps" } },
    { line: 5, problem: "metadata: Enter a JSON object." },
    { line: 6, problem: "metadata: Enter a JSON object." },
    { line: 7, value: { name: "two\nlines" } },
    { line: 9, value: { length: 20, disabled: false } },
  ]);
});

test("a file whose first line doesn't name the columns is refused without quoting it", async () => {
  for (const [file, reason] of [
    ["", /empty/],
    ["\n\n", /empty/],
    ["acme_0123456789abcdef,nightly,read_only\n", /^line 1: Column 1 is unknown\. .*sha256, key, name/],
    [`\n${header},nmae\n`, /^line 2: Column 4 is unknown/],
    [`${header},name\n`, /The column name is there twice/],
    ["name,permission_level\n", /no column sha256 or key/],
    ["key,permission_level\n", /no column name/],
    ["key,name\n", /no column permission_level/],
  ] as const) {
    const error = await read(file).catch((thrown: Error) => thrown);
    expect((error as Error).message, file).toMatch(reason);
    expect((error as Error).message).not.toMatch(/acme_|nmae/);
  }
});

test("text that isn't CSV, or not in a known encoding, stops with its line and quotes nothing", async () => {
  const secret = "acme_0123456789abcdef";
  for (const [file, reason] of [
    [`${header}\na,b,read_only\na,"${secret},read_only\na,b,read_only`, /^line 3: A quote isn't closed/],
    [`${header}\na,"${secret}${"x".repeat(70_000)}`, /^line 2: A quote isn't closed/],
    [`${header}\na,"b"${secret},read_only\n`, /^line 2: A quote is in a wrong place/],
    [`${header}\n\na,b"${secret}",read_only\n`, /^line 3: A quote is in a wrong place/],
    [Buffer.from(`${header}\na,caf\u00e9,read_only\n`, "latin1"), /isn't in UTF-8/],
  ] as const) {
    const error = await read(file as string).catch((thrown: Error) => thrown);
    expect((error as Error).message).toMatch(reason);
    expect((error as Error).message).not.toContain(secret);
  }
});
