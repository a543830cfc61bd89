import { array, assert, constantFrom, option, property, record, string } from "fast-check";
import { expect, test } from "vitest";
import { callerOfEntry } from "@/lib/engine/log/caller";
import { cleanText } from "@/lib/engine/log/clean-text";
import { encodeLine, type NewEntry } from "@/lib/engine/log/entry-line";
import { entryRecord } from "./entry-record";

const writer = "0b7b6c1e-5d2e-4f0e-9a55-0123456789ab";
const start = Date.UTC(2026, 10, 28, 9, 59, 59) * 1000 + 999_990;
const hostile = ["a\tb", 'a"b', "a\\", "\\N", "\r\n\u0000", "größer", "日本👍🏽", "\ud800", "\u2028"];
const text = constantFrom(...hostile, "", "/v1/a").chain((one) => constantFrom(one, `${one}x`));

/** Few values per column, so that pieces repeat in other combinations. */
const entry = record<NewEntry>({
  kind: constantFrom("decision", "sign_in"),
  requestId: string({ unit: "binary", maxLength: 20 }),
  workspaceId: constantFrom(null, "ws_1", "ws_2"),
  keyId: constantFrom(null, "key_1", "key_2"),
  userId: constantFrom(null, "usr_1"),
  source: constantFrom("api", "forward_auth"),
  method: option(constantFrom("GET", "POST", "BREW", 'G"T', "get")),
  path: option(text),
  outcome: constantFrom("allowed", "denied"),
  status: constantFrom(200, 403),
  code: constantFrom("valid", "invalid_key"),
  ip: constantFrom(null, "203.0.113.7", "2001:db8::1"),
  userAgent: option(text),
  spent: constantFrom([], [{ block: "1", amount: 2 }]),
  wouldDeny: constantFrom(null, "ip_not_allowed"),
});

/** A simple reference implementation. */
function plainAttributes(one: NewEntry, seq: number): Record<string, string> {
  const method = cleanText(one.method, 16);
  const isKnown = method === "GET" || method === "POST";
  const { client, route } = callerOfEntry(one);
  const values = {
    "log.record.uid": `${writer}-${seq}`,
    "http.request.method": method === null || isKnown ? method : "_OTHER",
    "http.request.method_original": isKnown ? null : method,
    "http.response.status_code": one.status,
    "url.path": cleanText(one.path, 2048),
    "client.address": one.ip,
    "user_agent.original": cleanText(one.userAgent, 512),
    "user_agent.name": client || null,
    "user.id": one.userId,
    "keyward.writer": writer,
    "keyward.sequence_number": seq,
    "keyward.request.id": cleanText(one.requestId, 64),
    "keyward.workspace.id": one.workspaceId,
    "keyward.key.id": one.keyId,
    "keyward.source": one.source,
    "keyward.outcome": one.outcome,
    "keyward.code": one.code,
    "keyward.would_deny": one.wouldDeny,
    "keyward.route": route || null,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])),
  );
}

test("S57 each record is JSON of its own entry, regardless of its content and of the records before it", () => {
  assert(
    property(array(entry, { minLength: 1, maxLength: 30 }), (entries) => {
      for (const [index, one] of entries.entries()) {
        const line = encodeLine(one, start + index, writer, index + 1).slice(0, -1);
        const json = JSON.parse(entryRecord(line) ?? "");
        const { attributes, ...rest } = json as {
          attributes: { key: string; value: { stringValue?: string; intValue?: string } }[];
        };
        const read = attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]);
        expect(new Set(read.map(([key]) => key)).size).toBe(read.length);
        expect(Object.fromEntries(read)).toEqual(plainAttributes(one, index + 1));
        const [method, path] = [cleanText(one.method, 16), cleanText(one.path, 2048)];
        const target = path === null ? (method ?? "key") : method === null ? path : `${method} ${path}`;
        const subject = one.kind === "sign_in" ? "sign-in" : target;
        const isAllowed = one.outcome === "allowed";
        expect(rest).toEqual({
          timeUnixNano: `${start + index}000`,
          observedTimeUnixNano: `${start + index}000`,
          severityNumber: isAllowed ? 9 : 13,
          severityText: isAllowed ? "INFO" : "WARN",
          eventName: `keyward.${one.kind}`,
          body: { stringValue: `${subject}${isAllowed ? ": allowed" : `: denied, ${one.code}`}` },
        });
      }
    }),
  );
});

test("a line of an earlier version lacks what it didn't know, and one that isn't a line is none", () => {
  const columns = [
    "2026-11-28T10:00:00.000001Z",
    writer,
    "7",
    "decision",
    "r",
    "ws_1",
    "key_1",
    "\\N",
    "api",
  ];
  const later = ["GET", "/", "allowed", "200", "valid", "\\N", "curl", "\\N"];
  const record = JSON.parse(entryRecord([...columns, ...later].join("\t")) ?? "");
  expect(record.timeUnixNano).toBe("1795860000000001000");
  expect(JSON.stringify(record)).not.toContain("keyward.route");
  expect(entryRecord(columns.join("\t"))).toBeNull();
  expect(entryRecord(["yesterday, at half past nine", ...columns.slice(1), ...later].join("\t"))).toBeNull();
  expect(entryRecord("")).toBeNull();
});
