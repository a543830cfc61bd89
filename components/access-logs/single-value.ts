/** What a field shows of a filter. One with several values, or with values to hide, is shown as chips below the fields. */
export function singleValue(text: string): string {
  return /[!,]/.test(text) ? "" : decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25"));
}
