import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { generateSecret, hashSecret, KeyFormats, keyHint, nativeFormat } from "./key-format";

useRuntime();
const call = useKeyApi();
const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const prefixes = ["kw_sk_", "plx_sk_", "sk_live_", "A", "x".repeat(20)];

async function status(secret: string): Promise<number> {
  return (await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status;
}

test("a native key is its prefix, 32 base62 characters, and the CRC-32 of both in 6 more", () => {
  for (const prefix of prefixes) {
    const secret = generateSecret(prefix);
    expect(secret.startsWith(prefix)).toBe(true);
    expect(secret.slice(prefix.length)).toMatch(/^[0-9A-Za-z]{38}$/);
    const written = [...secret.slice(-6)].reduce((value, digit) => value * 62 + base62.indexOf(digit), 0);
    expect(written).toBe(crc32(secret.slice(0, -6)));
    expect(new KeyFormats([nativeFormat(prefix)]).fits(secret)).toBe(true);
  }
});

test("every base62 character occurs, and no two keys are the same", () => {
  const secrets = Array.from({ length: 2000 }, () => generateSecret("").slice(0, 32));
  expect(new Set(secrets).size).toBe(2000);
  expect(new Set(secrets.join("")).size).toBe(62);
});

test("S29 changing any single character invalidates the checksum", () => {
  const formats = new KeyFormats([nativeFormat("kw_sk_")]);
  const secret = generateSecret("kw_sk_");
  fc.assert(
    fc.property(fc.nat(secret.length - 1), fc.constantFrom(...base62), (index, letter) => {
      const changed = secret.slice(0, index) + letter + secret.slice(index + 1);
      expect(formats.fits(changed)).toBe(changed === secret);
    }),
    { numRuns: 1000 },
  );
});

test("a format without a checksum checks only prefix and length", () => {
  const formats = new KeyFormats([
    { prefix: "old-", length: 12, checksummed: false },
    nativeFormat("kw_sk_"),
  ]);
  expect(formats.fits("old-12345678")).toBe(true);
  for (const wrong of ["old-1234567", "old-123456789", "new-12345678", ""])
    expect(formats.fits(wrong)).toBe(false);
  expect(new KeyFormats([]).fits("old-12345678")).toBe(false);
});

test("a secret is masked to its prefix anywhere in a text, and its hint is its first and last characters", () => {
  const formats = new KeyFormats([nativeFormat("kw_sk_"), nativeFormat("kw_")]);
  const [one, two] = [generateSecret("kw_sk_"), generateSecret("kw_")];
  expect(formats.mask(`a ${one}/${two}?${one}`)).toBe("a kw_sk_…/kw_…?kw_sk_…");
  expect(formats.mask("kw_sk_short")).toBe("kw_sk_short");
  expect([one, "x", one].map((text) => formats.holdsKey(text))).toEqual([true, false, true]);
  expect(keyHint(one, "kw_sk_")).toEqual({ prefix: one.slice(0, 10), suffix: one.slice(-4) });
});

test("S40 a key is found and masked anywhere in a text, of any length", () => {
  const formats = new KeyFormats([{ prefix: "old-", length: 8, checksummed: false }, nativeFormat("kw_sk_")]);
  const key = generateSecret("kw_sk_");
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom("old-1234", key), (before, after, secret) => {
      const text = `${before}/${secret}/${after}`;
      expect(formats.holdsKey(text)).toBe(true);
      expect(formats.mask(text)).not.toContain(secret);
    }),
  );
  expect(["old-1234", key].map((text) => [formats.holdsKey(text), formats.mask(text)])).toEqual([
    [true, "old-…"],
    [true, "kw_sk_…"],
  ]);
  for (const text of ["old-123", "kw_sk_", "old_1234", key.slice(1), ""]) {
    expect(formats.holdsKey(text), text).toBe(false);
    expect(formats.mask(text)).toBe(text);
  }
  expect(new KeyFormats([]).mask(key)).toBe(key);
  expect(["old-1234", key, `${key}x`, "new-1234", ""].map((text) => formats.isShaped(text))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  // The checksum isn't checked.
  expect(formats.isShaped(`${key.slice(0, -1)}${key.endsWith("a") ? "b" : "a"}`)).toBe(true);
});

test("only the SHA-256 and the hint of a key are stored", async () => {
  const { secret, key } = await makeKey((await makeWorkspace()).actor);
  const { rows } = await runtime().pool.query("SELECT k.*, k::text AS whole FROM api_keys k WHERE id = $1", [
    key.id,
  ]);
  expect(rows[0].hash).toEqual(hashSecret(secret));
  expect(hashSecret("abc").toString("hex")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  expect([rows[0].prefix, rows[0].suffix]).toEqual([secret.slice(0, 10), secret.slice(-4)]);
  expect(rows[0].whole).not.toContain(secret.slice(10, -4));
});

test("new keys get the configured prefix, and keys with earlier prefixes keep working", async () => {
  const { actor } = await makeWorkspace();
  const { secret: first } = await makeKey(actor);
  expect(first).toMatch(/^kw_sk_/);
  await withAnotherRuntime({ API_KEY_PREFIX: "plx_sk_" }, async () => {
    const { secret: second, key } = await makeKey(actor);
    expect([second.startsWith("plx_sk_"), key.prefix]).toEqual([true, second.slice(0, 11)]);
    await withAnotherRuntime({ API_KEY_PREFIX: "sk_live_" }, async () => {
      const { secret: third } = await makeKey(actor);
      expect(third).toMatch(/^sk_live_/);
      for (const secret of [first, second, third]) expect(await status(secret)).toBe(200);
      expect(await status(generateSecret("sk_test_"))).toBe(401);
      const inUrl = await call(`/api/public/v1/me?key=${second}`);
      expect(inUrl.status).toBe(400);
    });
  });
});
