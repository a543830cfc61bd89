import { createHmac } from "node:crypto";

/**
 * The headers that prove where a delivery comes from. `X-Keyward-Signature` has Plextera's form; the others are those of Standard
 * Webhooks (https://www.standardwebhooks.com). Both sign with the bytes of the secret.
 * @param secrets The current one, and the previous one while it is still valid.
 * @param seconds Unix time of the attempt.
 */
export function signatureHeaders(
  secrets: readonly Buffer[],
  eventId: string,
  body: string,
  seconds: number,
): {
  "Webhook-Id": string;
  "Webhook-Timestamp": string;
  "Webhook-Signature": string;
  "X-Keyward-Signature": string;
} {
  const plain = secrets.map((secret) => `v1=${hmac(secret, `${seconds}.${body}`, "hex")}`);
  const standard = secrets.map((secret) => `v1,${hmac(secret, `${eventId}.${seconds}.${body}`, "base64")}`);
  return {
    "Webhook-Id": eventId,
    "Webhook-Timestamp": String(seconds),
    "Webhook-Signature": standard.join(" "),
    "X-Keyward-Signature": [`t=${seconds}`, ...plain].join(","),
  };
}

function hmac(secret: Buffer, text: string, encoding: "hex" | "base64"): string {
  return createHmac("sha256", secret).update(text).digest(encoding);
}

/** The secret as Standard Webhooks libraries want it. */
export function standardSecret(secret: Buffer): string {
  return `whsec_${secret.toString("base64")}`;
}
