import { expect, test } from "vitest";
import { hashPassword, passwordProblem, verifyPassword } from "./password";

test("S07 a password has the minimum length to 128 code points of any kind", () => {
  expect(passwordProblem("x9".repeat(3), 8)).toContain("at least 8");
  expect(passwordProblem("qX7!vfa", 8)).toContain("at least 8");
  expect(passwordProblem("qX7!vfa0", 8)).toBe(null);
  expect(passwordProblem("qX7!vfa0", 12)).toContain("at least 12");
  expect(passwordProblem("😀".repeat(7), 8)).toContain("at least 8");
  expect(passwordProblem("😀".repeat(8), 8)).toBe(null);
  expect(passwordProblem("😀".repeat(128), 8)).toBe(null);
  expect(passwordProblem("é".repeat(128), 8)).toBe(null);
  expect(passwordProblem("é".repeat(129), 8)).toContain("at most 128");
});

test("S07 spaces count and are never trimmed", () => {
  expect(passwordProblem("        ", 8)).toBe(null);
  expect(passwordProblem("  qX7!v ", 8)).toBe(null);
});

test("S07 a common password is rejected with the reason, in any letter case", () => {
  for (const common of ["password123", "PassWord123", "qwertyuiop", "iloveyou1", "1234567890", "trustno1"]) {
    expect(passwordProblem(common, 8), common).toContain("list of common passwords");
  }
  expect(passwordProblem(" password123", 8)).toBe(null);
});

test("S07 a password matches only exactly as typed", async () => {
  const password = " Größe 👍 \u0000x ";
  const hash = await hashPassword(password);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword(password, hash)).toBe(true);
  for (const other of [
    password.trim(),
    password.toLowerCase(),
    password.normalize("NFD"),
    password.slice(0, -2),
    `${password} `,
    "",
  ]) {
    expect(await verifyPassword(other, hash), JSON.stringify(other)).toBe(false);
  }
  expect(await hashPassword(password)).not.toBe(hash);
});

test("S01 without an account no password matches, not even that of the dummy hash", async () => {
  expect(await verifyPassword("a password deletedAccountOwner has", null)).toBe(false);
  expect(await verifyPassword("x".repeat(129), null)).toBe(false);
});

test("S54 concurrent hashes beyond the queue limit are rejected with a retry time, and the rest complete", async () => {
  const hash = await hashPassword("qX7!vfa0");
  const outcomes = await Promise.allSettled(
    Array.from({ length: 110 }, () => verifyPassword("qX7!vfa0", hash)),
  );
  const shed = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(shed).toHaveLength(8);
  for (const { reason } of shed) expect(reason).toMatchObject({ code: "unavailable", retryAfterSeconds: 2 });
  expect(outcomes.every((outcome) => outcome.status === "rejected" || outcome.value)).toBe(true);
});
