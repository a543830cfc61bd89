const browsers: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, "Edge"],
  [/\bOPR\/(\d+)/, "Opera"],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//, "Safari"],
];

const systems: [RegExp, string][] = [
  [/\b(?:iPhone|iPad)\b/, "iOS"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

/** A readable name for a User-Agent, such as `curl 8.5.0` or `Chrome 130 on Windows`. Shortens unknown ones. */
export function clientName(userAgent: string | null): string {
  if (!userAgent) return "Unknown client";
  const browser = userAgent.startsWith("Mozilla/") ? firstMatch(browsers, userAgent) : null;
  if (browser) {
    const system = firstMatch(systems, userAgent);
    return system ? `${browser} on ${system}` : browser;
  }
  const product = /^([A-Za-z][\w.-]{0,40})\/v?(\d[\w.-]{0,20})/.exec(userAgent);
  if (product && product[1] !== "Mozilla") return `${product[1]} ${product[2]}`;
  return userAgent.length > 48 ? `${userAgent.slice(0, 47)}…` : userAgent;
}

function firstMatch(table: [RegExp, string][], text: string): string | null {
  for (const [pattern, name] of table) {
    const match = pattern.exec(text);
    if (match) return match[1] ? `${name} ${match[1]}` : name;
  }
  return null;
}
