/**
 * Copies, by the clipboard API where the page may use it (secure contexts), else by the old command on `field`'s selection.
 * False means neither worked: the text then stands selected, ready for the keyboard.
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
