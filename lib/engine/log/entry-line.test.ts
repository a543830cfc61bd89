import { array, assert, constantFrom, integer, option, property, record, sample, string } from "fast-check";
import { expect, test } from "vitest";
import { callerOfEntry } from "./caller";
import { cleanText } from "./clean-text";
import { encodeLine, entryColumns, type NewEntry, readCounted } from "./entry-line";
import { parseTimestamp, timestampText } from "./timestamp";

const writer = "0b7b6c1e-5d2e-4f0e-9a55-0123456789ab";
const start = Date.UTC(2026, 10, 22, 13) * 1000;
const hostile = [
  "a\tb",
  "a\nb",
  "\r\n\u0000\u001b[31m",
  "\\N",
  "\\.",
  "a\\",
  "größer",
  "日本👍🏽",
  "\ud800",
  "\udc00\ud83d",
];
const text = string({ unit: "binary", maxLength: 30 });
const sent = option(constantFrom(...hostile, "GET", "/", "").chain((one) => constantFrom(one, `${one}x`)));

/** Few values per column, so that consecutive lines often differ in only one. */
const entry = record<NewEntry>({
  kind: constantFrom("decision", "sign_in"),
  requestId: text,
  workspaceId: constantFrom(null, "ws_1", "ws_2"),
  keyId: constantFrom(null, "key_1", "key_2"),
  userId: constantFrom(null, "usr_1", "usr_2"),
  source: constantFrom("api", "forward_auth"),
  method: sent,
  path: option(text),
  outcome: constantFrom("allowed", "denied"),
  status: constantFrom(200, 403),
  code: constantFrom("valid", "invalid_key"),
  ip: constantFrom(null, "203.0.113.7", "2001:db8::1"),
  userAgent: sent,
  spent: array(record({ block: constantFrom("1", "22"), amount: integer({ min: 1, max: 99 }) }), {
    maxLength: 2,
  }),
  wouldDeny: constantFrom(null, "ip_not_allowed"),
});

/** A simple reference implementation. */
function plainLine(one: NewEntry, at: number, seq: number): string {
  const from = (value: string | null, most: number) =>
    value === null ? "\\N" : (cleanText(value, most) as string).replaceAll("\\", "\\\\");
  const { client, route } = callerOfEntry(one);
  const spent = one.spent?.map(({ block, amount }) => `${block}:${amount}`).join() || "\\N";
  return `${[
    ...[timestampText(at), writer, seq, one.kind, from(one.requestId, 64), one.workspaceId ?? "\\N"],
    ...[one.keyId ?? "\\N", one.userId ?? "\\N", one.source, from(one.method, 16), from(one.path, 2048)],
    ...[one.outcome, one.status, one.code, from(one.ip, 45), from(one.userAgent, 512), spent],
    one.wouldDeny ?? "\\N",
    ...[from(client || null, 60), from(route || null, 130)],
  ].join("\t")}\n`;
}

test("S57 each entry is one line with its own columns, whatever it contains and whatever came before it", () => {
  assert(
    property(array(entry, { minLength: 1, maxLength: 30 }), (entries) => {
      for (const [index, one] of entries.entries()) {
        const line = encodeLine(one, start + index, writer, index);
        expect(line).toBe(plainLine(one, start + index, index));
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(line.split("\t")).toHaveLength(entryColumns.split(",").length);
        expect(Buffer.from(line).toString()).toBe(line);
        const { workspaceId, keyId, source, outcome, code, ip, spent, wouldDeny } = one;
        const userAgent = cleanText(one.userAgent, 512);
        const method = cleanText(one.method, 16);
        const path = cleanText(one.path, 2048);
        expect(readCounted(line.slice(0, -1))).toEqual({
          at: start + index,
          entry: { workspaceId, keyId, source, method, path, outcome, code, ip, userAgent, spent, wouldDeny },
        });
      }
    }),
  );
});

test("more clients and keys than the cache holds are encoded correctly", () => {
  const [one] = sample(entry, 1) as [NewEntry];
  for (let index = 0; index < 10_000; index += 1) {
    const line = encodeLine(
      { ...one, keyId: `key_${index}`, ip: `2001:db8::${index + 1}` },
      start,
      writer,
      1,
    );
    expect(line.includes(`\tkey_${index}\t`) && line.includes(`\t2001:db8::${index + 1}\t`)).toBe(true);
  }
});

test("a timestamp is parsed as it was formatted, to the microsecond", () => {
  const century = 100 * 365 * 86_400e6;
  assert(
    property(integer({ min: 0, max: century }), (at) => {
      expect(parseTimestamp(timestampText(at))).toBe(at);
      expect(Date.parse(timestampText(at))).toBe(Math.floor(at / 1000));
    }),
  );
});
