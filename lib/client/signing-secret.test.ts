import { expect, test } from "vitest";
import { signingSecret } from "@/lib/contracts/event-subscription-input";
import { standardSecret } from "@/lib/server/events/sign-delivery";
import { newSigningSecret, secretProblem, standardForm } from "./signing-secret";

test("generated secrets are different, and the server accepts them", () => {
  const secrets = Array.from({ length: 20 }, newSigningSecret);
  expect(new Set(secrets).size).toBe(20);
  for (const secret of secrets) {
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(signingSecret.safeParse(secret).success).toBe(true);
  }
});

test("the form for Standard Webhooks is the one that the server signs with", () => {
  for (const secret of [newSigningSecret(), "a secret of ours ~!"])
    expect(standardForm(secret)).toBe(standardSecret(Buffer.from(secret)));
  expect(standardForm("größer als sechzehn")).toBe("");
});

test("a secret is refused here as on the server", () => {
  for (const secret of [
    "",
    "x".repeat(15),
    "x".repeat(16),
    "x".repeat(256),
    "x".repeat(257),
    "ü".repeat(20),
    "tab\tis not printable",
  ])
    expect(secretProblem(secret) ?? "accepted", secret).toBe(
      signingSecret.safeParse(secret).error?.issues[0]?.message ?? "accepted",
    );
});
