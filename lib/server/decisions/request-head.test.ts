import fc from "fast-check";
import { expect, test } from "vitest";
import { generateSecret, KeyFormats, nativeFormat } from "../api-keys/key-format";
import { mayWrite } from "./may-write";
import { readOriginalRequest } from "./original-request";
import { readPresentedKey } from "./presented-key";
import { headerOf } from "./raw-headers";
import { readHead } from "./request-head";

const formats = new KeyFormats([nativeFormat("kw_sk_")]);
const [one, other] = [generateSecret("kw_sk_"), generateSecret("kw_sk_")];

/** Names that mean something, that nearly do, and that have the length of such a name. */
const told = ["x-forwarded-method", "x-forwarded-uri", "x-original-method", "x-original-uri"];
const names = fc.constantFrom(
  ...["authorization", "x-api-key", "x-forwarded-for", "x-request-id", "user-agent", ...told],
  ...["x_forwarded_uri", "x_forwarded_for", "x_api_key", "x_http_method", "accept-encoding"],
  ...["x-http-method", "x-http-method-override", "x-method-override"],
  ...["", "__proto__", "constructor", "x-forwarded-fo\u017f"],
);
const value = fc.constantFrom(
  ...["", " ", "GET", "HEAD", "POST", "get", " options ", "/", "/v1?a=1", "*", "http://a/b", "203.0.113.9"],
  ...[one, other, ` ${one} `, `Bearer ${one}`, `bearer  ${other}`, "Bearer", `api-key ${one}`, "Basic dTpw"],
);
const headers = listOf(names, value, 8);
/** What gateways tell alone: several of it in a list of anything would be rare. */
const questions = listOf(
  fc.constantFrom(...told, "x_forwarded_uri", "x-forwarded_uri", "x_original-method"),
  fc.constantFrom("GET", "POST", "/", "/v1?a=1", "http://a/b"),
  3,
);

function listOf(of: fc.Arbitrary<string>, values: fc.Arbitrary<string>, maxLength: number) {
  return fc.array(fc.tuple(spelled(of), values), { maxLength }).map((pairs) => pairs.flat());
}

/** In small and capital letters. */
function spelled(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(of, fc.infiniteStream(fc.boolean()))
    .map(([text, isUpper]) =>
      [...text].map((letter) => (isUpper.next().value ? letter.toUpperCase() : letter)).join(""),
    );
}

/** The same, read plainly: for each thing the list is gone through again. */
function valuesOf(rawHeaders: string[], pattern: RegExp): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && pattern.test(rawHeaders[at - 1] as string));
}

test("S40 whatever the headers, one pass sees what a reading for each name would, repeats too", () => {
  fc.assert(
    fc.property(headers, (rawHeaders) => {
      const head = readHead(rawHeaders);
      expect(head.forwardedFor).toBe(headerOf(rawHeaders, "x-forwarded-for"));
      expect(head.requestId).toBe(headerOf(rawHeaders, "x-request-id"));
      expect(head.userAgent).toBe(headerOf(rawHeaders, "user-agent"));
      const authorizations = valuesOf(rawHeaders, /^authorization$/i);
      const apiKeys = valuesOf(rawHeaders, /^x-api-key$/i);
      const presented = readPresentedKey(head, "/", formats);
      const code = presented.ok ? "ok" : presented.code;
      expect(code === "invalid_request").toBe(
        authorizations.length > 1 || apiKeys.length > 1 || differ(authorizations[0], apiKeys[0]),
      );
      if (presented.ok) expect([apiKeys[0]?.trim(), bearerOf(authorizations[0])]).toContain(presented.secret);
    }),
    { numRuns: 2000 },
  );
});

/** Whether two keys were sent that are not one. */
function differ(authorization: string | undefined, apiKey: string | undefined): boolean {
  const bearer = bearerOf(authorization);
  return apiKey !== undefined && bearer !== undefined && apiKey.trim() !== bearer;
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^\s*(?:bearer|api-key) (.*)$/i.exec(authorization?.trim() ?? "")?.[1]?.trim();
}

test("S49 the original request is that of one pair of headers, each sent once in whichever spelling, or none", () => {
  fc.assert(
    fc.property(fc.oneof(headers, questions), (rawHeaders) => {
      const [fm, fu] = [/^x[-_]forwarded[-_]method$/i, /^x[-_]forwarded[-_]uri$/i].map((pattern) =>
        valuesOf(rawHeaders, pattern),
      ) as [string[], string[]];
      const [om, ou] = [/^x[-_]original[-_]method$/i, /^x[-_]original[-_]uri$/i].map((pattern) =>
        valuesOf(rawHeaders, pattern),
      ) as [string[], string[]];
      const isOnePair = om.length + ou.length === 0 || fm.length + fu.length === 0;
      const [[method, ...methods], [uri, ...uris]] = [fm.concat(om), fu.concat(ou)] as [string[], string[]];
      const isTold = isOnePair && methods.length + uris.length === 0;
      const isGood = /^[A-Z-]{1,32}$/.test(method ?? "") && /^(\/|https?:\/\/|\*$)/.test(uri ?? "");
      expect(readOriginalRequest(readHead(rawHeaders))).toEqual(isTold && isGood ? { method, uri } : null);
    }),
    { numRuns: 2000 },
  );
});

test("S31 what overrides the method is found in one pass, so that it counts as the method it names", () => {
  fc.assert(
    fc.property(headers, fc.constantFrom("GET", "HEAD", "POST", undefined), (rawHeaders, method) => {
      expect(mayWrite(method, readHead(rawHeaders).overrides)).toBe(mayWrite(method, rawHeaders));
    }),
    { numRuns: 2000 },
  );
  for (const override of ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override"]) {
    expect(mayWrite("GET", readHead([override, "DELETE"]).overrides), override).toBe(true);
    expect(mayWrite("GET", readHead([override, "head"]).overrides), override).toBe(false);
    expect(mayWrite("GET", readHead([override, "GET", override, "GET"]).overrides), override).toBe(true);
  }
});
