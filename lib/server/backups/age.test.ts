import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { chunkBytes, tagBytes } from "./age-crypto";
import { type AgeIdentity, newIdentity, parseIdentity, parseRecipient, recipientText } from "./age-keys";
import { ByteReader } from "./byte-reader";
import { decryptWithAge, isAgeFile } from "./decrypt-with-age";
import { encryptWithAge } from "./encrypt-with-age";

const { identity } = newIdentity();

async function* piecesOf(bytes: Buffer, size = 50_000): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function encrypt(plain: Buffer, recipients = [identity.publicKey]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of encryptWithAge(piecesOf(plain), recipients)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function decrypt(file: Buffer, identities: AgeIdentity[] = [identity], size = 50_000): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of decryptWithAge(new ByteReader(piecesOf(file, size)), identities))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Where the payload's chunks begin. */
function payloadStart(file: Buffer): number {
  return file.indexOf(10, file.indexOf("\n--- ") + 1) + 1 + 16;
}

test("keys are written and read as the specification of age shows them", () => {
  const text = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
  const recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
  const parsed = parseIdentity(text) as AgeIdentity;
  expect(recipientText(parsed.publicKey)).toBe(recipient);
  expect(parseRecipient(recipient)).toEqual(parsed.publicKey);
  const made = newIdentity();
  expect(made.text).toMatch(/^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/);
  expect(parseIdentity(made.text)?.publicKey).toEqual(made.identity.publicKey);
  const mistyped = recipient.replace("zvk", "zvq");
  for (const wrong of ["", "age1", mistyped, `${recipient.slice(0, -1)}J`, text, recipient.slice(0, -1)])
    expect(parseRecipient(wrong), wrong).toBeNull();
  for (const wrong of [recipient, text.slice(0, -1), text.replace("G", "g")])
    expect(parseIdentity(wrong), wrong).toBeNull();
});

test("what was encrypted is decrypted, around the size of a chunk too, and by each recipient", async () => {
  const other = newIdentity().identity;
  for (const size of [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes]) {
    const plain = randomBytes(size);
    const file = await encrypt(plain, [other.publicKey, identity.publicKey]);
    expect((await decrypt(file)).equals(plain), `${size} bytes`).toBe(true);
    expect((await decrypt(file, [other], 1000)).equals(plain)).toBe(true);
    expect(file.length - payloadStart(file)).toBe(
      size + tagBytes * Math.max(1, Math.ceil(size / chunkBytes)),
    );
  }
  expect(await isAgeFile(new ByteReader(piecesOf(await encrypt(Buffer.alloc(0)), 3)))).toBe(true);
  expect(await isAgeFile(new ByteReader(piecesOf(Buffer.from("keyward-backup 1\n"))))).toBe(false);
});

test("a file that age itself made is decrypted", async () => {
  // By age 1.1.1, to a key that age-keygen made for this test.
  const key = "AGE-SECRET-KEY-1G0X968MH0WVDFTRJGH7024GEJ7FGEX8E766XTLWNW0PLS9MYQ55QQN2PW2";
  const file = Buffer.from(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBXZEJUbWpUM3UrVTcydmU2MDRYbG9RTFRxRWdGOFRFS2FCalRUeUVVRGg4CkhDZFNoVk9aRFRYbld1aDMxbUJnTGxrR0ttbWk5RjVkczVOQkVESmpWMkkKLS0tIHpyYVNVVkZqYXppOVBWNlBtMGg1WGl1VGZPaTJRM3UyWGtnM2lzeTBxd1kKGs5rP3jUmHLkVghYbQZRK3lPpusWpw01/wTI1gvhqn1jBReguna30X+GDg==",
    "base64",
  );
  expect((await decrypt(file, [parseIdentity(key) as AgeIdentity])).toString()).toBe("made by age");
});

test("another identity decrypts nothing", async () => {
  const file = await encrypt(Buffer.from("secret"));
  await expect(decrypt(file, [newIdentity().identity])).rejects.toThrow("--identity doesn't decrypt");
});

test("a file that was cut off, reordered, extended or changed is refused", async () => {
  const file = await encrypt(randomBytes(2 * chunkBytes + 100));
  const start = payloadStart(file);
  const step = chunkBytes + tagBytes;
  const [first, second, last] = [0, 1, 2].map((chunk) =>
    file.subarray(start + chunk * step, start + (chunk + 1) * step),
  ) as [Buffer, Buffer, Buffer];
  const head = file.subarray(0, start);
  const wrong = [
    [head],
    [head, first],
    [head, first, second],
    [head, second, first, last],
    [head, first, first, second, last],
    [head, first, second, last.subarray(0, -1)],
    [head, first, second, last, Buffer.from([0])],
    [head, first, second, last, last],
  ];
  for (const pieces of wrong)
    await expect(decrypt(Buffer.concat(pieces))).rejects.toThrow("damaged or not whole");
  for (const place of [start, start + step - 1, file.length - 1]) {
    const changed = Buffer.from(file);
    changed[place] = (changed[place] as number) ^ 1;
    await expect(decrypt(changed)).rejects.toThrow("damaged or not whole");
  }
});

test("a header in which any byte was changed is refused", async () => {
  const file = await encrypt(Buffer.from("secret"));
  const start = payloadStart(file);
  for (let place = "age-encryption.org/v1\n".length; place < start; place += 1) {
    const changed = Buffer.from(file);
    changed[place] = (changed[place] as number) ^ 1;
    await expect(decrypt(changed), `byte ${place}`).rejects.toMatchObject({ code: "invalid_request" });
  }
  for (let length = 0; length < start; length += 1)
    await expect(decrypt(file.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({
      code: "invalid_request",
    });
});
