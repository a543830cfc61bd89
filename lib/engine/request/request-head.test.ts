import fc from "fast-check";
import { expect, test } from "vitest";
import { cgiName, claimedHeaders, overrideHeaders, spellingsOf } from "@/tests/peers/header-spellings";
import { generateSecret, KeyFormats, nativeFormat } from "../keys/key-format";
import { mayWrite } from "./may-write";
import { readOriginalRequest } from "./original-request";
import { readPresentedKey } from "./presented-key";
import { headerOf } from "./raw-headers";
import { readHead } from "./request-head";

const formats = new KeyFormats([nativeFormat("kw_sk_")]);
const [one, other] = [generateSecret("kw_sk_"), generateSecret("kw_sk_")];

/** Relevant header names, similar ones, and names of the same length. */
const gatewayHeaders = ["x-forwarded-method", "x-forwarded-uri", "x-original-method", "x-original-uri"];
const names = fc.constantFrom(
  ...[
    "authorization",
    "x-api-key",
    "x-forwarded-for",
    "x-request-id",
    "user-agent",
    "traceparent",
    ...gatewayHeaders,
  ],
  ...["x_forwarded_uri", "x_forwarded_for", "x_api_key", "x_http_method", "accept-encoding"],
  ...["x-http-method", "x-http-method-override", "x-method-override"],
  ...["", "__proto__", "constructor", "x-forwarded-fo\u017f"],
);
const value = fc.constantFrom(
  ...["", " ", "GET", "HEAD", "POST", "get", " options ", "/", "/v1?a=1", "*", "http://a/b", "203.0.113.9"],
  ...[one, other, ` ${one} `, `Bearer ${one}`, `bearer  ${other}`, "Bearer", `api-key ${one}`, "Basic dTpw"],
);
const headers = listOf(names, value, 8);
/** Headers that gateways send. Several of them would be rare in a random list of all headers. */
const questions = listOf(
  fc.constantFrom(...gatewayHeaders, "x_forwarded_uri", "x-forwarded_uri", "x_original-method"),
  fc.constantFrom("GET", "POST", "/", "/v1?a=1", "http://a/b"),
  3,
);

function listOf(of: fc.Arbitrary<string>, values: fc.Arbitrary<string>, maxLength: number) {
  return fc.array(fc.tuple(spelled(of), values), { maxLength }).map((pairs) => pairs.flat());
}

/** In random case, sometimes with another separator instead of a hyphen. */
function spelled(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const separator = fc.constantFrom("-", "-", "-", "-", "_", ".", "~");
  return fc.tuple(inAnyCase(of), separator).map(([text, other]) => text.replaceAll("-", other));
}

function inAnyCase(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(of, fc.infiniteStream(fc.boolean()))
    .map(([text, isUpper]) =>
      [...text].map((letter) => (isUpper.next().value ? letter.toUpperCase() : letter)).join(""),
    );
}

/** A simple reference implementation, which searches the list for each field. */
function valuesOf(rawHeaders: string[], pattern: RegExp): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && pattern.test(rawHeaders[at - 1] as string));
}

test("S40 for any headers, one pass finds the same as a separate search for each name, including repeats", () => {
  fc.assert(
    fc.property(headers, (rawHeaders) => {
      const head = readHead(rawHeaders);
      expect(head.forwardedFor).toBe(headerOf(rawHeaders, "x-forwarded-for"));
      expect(head.requestId).toBe(headerOf(rawHeaders, "x-request-id"));
      expect(head.userAgent).toBe(headerOf(rawHeaders, "user-agent"));
      expect(head.traceparent).toBe(headerOf(rawHeaders, "traceparent"));
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

/** Whether two different keys were sent. */
function differ(authorization: string | undefined, apiKey: string | undefined): boolean {
  const bearer = bearerOf(authorization);
  return apiKey !== undefined && bearer !== undefined && apiKey.trim() !== bearer;
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^\s*(?:bearer|api-key) (.*)$/i.exec(authorization?.trim() ?? "")?.[1]?.trim();
}

test("S49 the original request comes from one pair of headers, each sent once in any spelling, or there is none", () => {
  fc.assert(
    fc.property(fc.oneof(headers, questions), (rawHeaders) => {
      const [fm, fu, om, ou] = [
        /^x[\W_]forwarded[\W_]method$/i,
        /^x[\W_]forwarded[\W_]uri$/i,
        /^x[\W_]original[\W_]method$/i,
        /^x[\W_]original[\W_]uri$/i,
      ].map((pattern) => valuesOf(rawHeaders, pattern)) as [string[], string[], string[], string[]];
      const isOnePair = om.length + ou.length === 0 || fm.length + fu.length === 0;
      const [[method, ...methods], [uri, ...uris]] = [fm.concat(om), fu.concat(ou)] as [string[], string[]];
      const isTold = isOnePair && methods.length + uris.length === 0;
      const isGood = /^[A-Z-]{1,32}$/.test(method ?? "") && /^(\/|https?:\/\/|\*$)/.test(uri ?? "");
      expect(readOriginalRequest(readHead(rawHeaders))).toEqual(isTold && isGood ? { method, uri } : null);
    }),
    { numRuns: 2000 },
  );
});

test("S31 S65 a method override counts in every spelling that servers accept", () => {
  fc.assert(
    fc.property(headers, fc.constantFrom("GET", "HEAD", "POST", undefined), (rawHeaders, method) => {
      const overrides = valuesOf(rawHeaders, /^x[\W_](http[\W_]method|(http[\W_])?method[\W_]override)$/i);
      expect(readHead(rawHeaders).overrides).toEqual(overrides);
      const isSafe = (one: string | undefined) => /^(GET|HEAD|OPTIONS)$/.test(one ?? "");
      const reads = overrides.length < 2 && overrides.every((one) => isSafe(one.trim().toUpperCase()));
      expect(mayWrite(method, overrides)).toBe(!(isSafe(method) && reads));
    }),
    { numRuns: 2000 },
  );
  for (const override of overrideHeaders.flatMap(spellingsOf)) {
    expect(mayWrite("GET", readHead([override, "DELETE"]).overrides), override).toBe(true);
    expect(mayWrite("GET", readHead([override, "head"]).overrides), override).toBe(false);
    expect(mayWrite("GET", readHead([override, "GET", "x-http-method", "GET"]).overrides)).toBe(true);
  }
  for (const other of ["x-http-methods", "xxhttp-method", "x-httpymethod", "y-http-method"])
    expect(mayWrite("GET", readHead([other, "DELETE"]).overrides), other).toBe(false);
});

test("S64 X-Keyward headers are found in every spelling", () => {
  for (const claimed of claimedHeaders.flatMap(spellingsOf)) {
    expect(cgiName(claimed)).toMatch(/^X_KEYWARD/);
    expect(readHead(["accept", "*/*", claimed, "forged"]).claimedIdentity).toBe(claimed);
  }
  for (const other of ["x-key-ward-role", "xkeyward-role", "x-request-id", "keyward", "my-x-keyward"])
    expect(readHead([other, "a"]).claimedIdentity, other).toBeNull();
});
