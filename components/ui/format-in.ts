const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A date format in the viewer's locale and the given IANA time zone; null for the browser's. Cached, because creating one takes
 * about a millisecond.
 */
export function formatIn(
  zone: string | null,
  options: Intl.DateTimeFormatOptions,
  locale = viewerLocale(),
): Intl.DateTimeFormat {
  const name = JSON.stringify([zone, options, locale]);
  let format = formats.get(name);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat(locale, zone ? { ...options, timeZone: zone } : options);
    } catch {
      // The server may know time zones that this browser doesn't.
      format = new Intl.DateTimeFormat(locale, options);
    }
    formats.set(name, format);
  }
  return format;
}

/** The server doesn't know the viewer's locale. Node.js before version 21 has no `navigator`. */
function viewerLocale(): string {
  return globalThis.navigator?.language ?? "en-US";
}
