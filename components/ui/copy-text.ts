/**
 * Copies a text with the Clipboard API, which needs a secure context, or else by selecting `field`. Returns whether it worked;
 * if not, the field stays selected.
 */
export async function copyText(
  text: string,
  field?: HTMLInputElement | HTMLTextAreaElement | null,
): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (!field) return false;
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}
