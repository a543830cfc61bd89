/** An email address as it is shown to someone who may not be its owner: enough to recognize, not enough to write to. */
export function maskedAddress(email: string): string {
  const at = email.lastIndexOf("@");
  const [first = ""] = email;
  return `${at > 1 ? first : ""}•••${email.slice(at)}`;
}
