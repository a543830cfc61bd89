import { expect, test } from "vitest";
import { signatureHeaders } from "@/lib/server/events/sign-delivery";
import { type EventToRead, KeywardEventError, readEvent } from "./events";

const secret = "a secret of the receiver";
const event = {
  id: "evt_1",
  type: "api_key.revoked",
  createdAt: "2026-11-28T00:00:00.000Z",
  workspaceId: "ws_1",
  data: { key: { name: "nächtlich" } },
};
const body = JSON.stringify(event);
const now = () => Math.floor(Date.now() / 1000);
const signed = (secrets = [secret], seconds = now(), text = body) =>
  new Headers(signatureHeaders(secrets.map(Buffer.from), event.id, text, seconds));
const read = (given: Partial<EventToRead>) => readEvent({ body, headers: signed(), secret, ...given });

test("a delivery is read from its text or its bytes, with raw or web-standard headers", () => {
  const raw = ["Content-Type", "application/json", ...[...signed()].flat()];
  for (const given of [{}, { body: Buffer.from(body) }, { headers: raw }]) expect(read(given)).toEqual(event);
});

test("while the secret changes, either of two secrets on either side is enough", () => {
  expect(read({ headers: signed(["the new secret", secret]) })).toEqual(event);
  expect(read({ secret: ["the new secret", secret] })).toEqual(event);
});

const altered = (change: (value: string) => string) =>
  new Headers({ "X-Keyward-Signature": change(signed().get("x-keyward-signature") as string) });

test.each<[string, () => Partial<EventToRead>, RegExp]>([
  ["has no signature", () => ({ headers: new Headers() }), /no X-Keyward-Signature/],
  ["was altered", () => ({ body: body.replace("revoked", "created") }), /is wrong/],
  ["was parsed and serialized again", () => ({ body: JSON.stringify(event, null, 1) }), /is wrong/],
  ["was signed with another secret", () => ({ secret: "another secret of another" }), /is wrong/],
  [
    "has another time than was signed",
    () => ({ headers: altered((v) => v.replace(/t=\d+/, `t=${now() - 9}`)) }),
    /is wrong/,
  ],
  ["is six minutes old", () => ({ headers: signed([secret], now() - 360) }), /too old/],
  ["is from the future", () => ({ headers: signed([secret], now() + 360) }), /from the future/],
  ["has two times", () => ({ headers: altered((v) => `t=1,${v}`) }), /malformed/],
  ["has a short signature", () => ({ headers: altered((v) => v.slice(0, -2)) }), /malformed/],
  ["has no time", () => ({ headers: altered((v) => v.replace(/t=\d+,/, "")) }), /malformed/],
  ["has the header twice", () => ({ headers: [...signed(), ...signed()].flat() }), /malformed/],
  ["isn't JSON", () => ({ body: "hello", headers: signed([secret], now(), "hello") }), /isn't JSON/],
])("a request that %s is refused", (_, given, words) => {
  const attempt = () => read(given());
  expect(attempt).toThrow(words);
  expect(attempt).toThrow(KeywardEventError);
});

test("an empty secret is a mistake of the caller, and verifies nothing", () => {
  for (const wrong of ["", [], [""]]) expect(() => read({ secret: wrong })).toThrow(TypeError);
});

test("a tolerance that isn't a positive number is a mistake of the caller, and accepts no age", () => {
  const headers = signed([secret], now() - 86_400);
  for (const toleranceSeconds of [
    Number.NaN,
    0,
    -1,
    undefined as unknown as number,
    "x" as unknown as number,
  ])
    expect(() => read({ headers, toleranceSeconds }), String(toleranceSeconds)).toThrow(
      toleranceSeconds === undefined ? KeywardEventError : TypeError,
    );
  expect(read({ headers, toleranceSeconds: 90_000 })).toEqual(event);
});
