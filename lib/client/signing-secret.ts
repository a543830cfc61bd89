/** A new signing secret: 256 random bits as 43 characters that survive every environment file and shell. */
export function newSigningSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The secret as Standard Webhooks libraries want it, the base64 of its characters. Empty if it isn't ASCII. */
export function standardForm(secret: string): string {
  return isAscii(secret) ? `whsec_${btoa(secret)}` : "";
}

/** Why the server would refuse a secret; null if it wouldn't. */
export function secretProblem(secret: string): string | null {
  if (secret.length < 16) return "Use at least 16 characters.";
  if (secret.length > 256) return "Use at most 256 characters.";
  return isAscii(secret) ? null : "Use printable ASCII characters only.";
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
