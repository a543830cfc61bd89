import { expect, it } from "vitest";
import { hideKey, hideSecret, holdsForeignSecret, holdsWholeSecret } from "./secret-shape";

const shapes = [
  { prefix: "kw_sk_", length: 44 },
  { prefix: "acme.", length: 30 },
];
const secret = "kw_sk_9f3AbCdEfGhIjKlMnOpQrStUvWxYz0123456x1Zq";
const native = secret.slice(0, 40) + secret.slice(-4);

it("S71 reduces a key to its hint, whatever surrounds it", () => {
  for (const text of [
    native,
    ` ${native}\t`,
    `Authorization: Bearer ${native}`,
    `curl "https://x/?api_key=${native}&a=1"`,
  ])
    expect(hideSecret(text, shapes), text).toBe("kw_sk_9f3A…x1Zq");
  expect(hideSecret("acme.aaaabbbbccccddddeeeeffffg", shapes)).toBe("acme.aaaa…fffg");
});

it("S71 cuts a partial key to its first characters", () => {
  expect(hideSecret("kw_sk_9f3Ab", shapes)).toBe("kw_sk_9f3A…");
  expect(hideSecret(native.slice(0, -1), shapes)).toBe("kw_sk_9f3A…");
  expect(hideSecret(`kw_sk_ is the prefix of ${native}`, shapes)).toBe("kw_sk_9f3A…x1Zq");
});

it("S71 recognizes secrets from other vendors", () => {
  for (const text of [
    "plx_sk_4fQ9zT1mWb7Xc2Vn8LkJ3hGd5sRp0Y",
    "ghp_a8F3kQ9zT1mWb7Xc2Vn8LkJ3hGd5sRp0Y",
    "9f3AbC7dEf2GhI1jKl8MnO4pQrS6tUvW",
  ]) {
    expect(holdsForeignSecret(text), text).toBe(true);
    expect(hideSecret(text, shapes).length, text).toBeLessThan(20);
  }
});

it("leaves names, hints, ids, and words unchanged", () => {
  for (const text of [
    "",
    "kw_sk_9f3A",
    "kw_sk_9f3A…x1Zq",
    "key_01jdc8m2v4x6z8b0d2f4h6k8m0",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "00000000-0000-4000-8000-000000000000",
    "NightlyExportOfDocuments2026ToTheWarehouse",
    "nightly-export-of-documents-to-the-warehouse-2026",
    "x".repeat(70),
    "MAIN_WAREHOUSE_EXPORT_2026_PRODUCTION_eu",
  ]) {
    expect(hideSecret(text, shapes), text).toBe(text);
    expect(holdsWholeSecret(text, shapes), text).toBe(false);
  }
});

it("distinguishes a random-looking id of another system from a key", () => {
  const ksuid = "2DmuEH8xTz1fQeQ0mKk3R9bVw7Z";
  expect(hideKey(ksuid, shapes)).toBe(ksuid);
  expect(hideKey(native, shapes)).toBe("kw_sk_9f3A…x1Zq");
});
