/** An origin. `host` is a name, an IPv4 address or an IPv6 address in brackets, so it's safe inside a configuration. */
export type Address = { origin: string; host: string; port: number; tls: boolean };

/** Parses a typed address, or returns an error message. */
export function parseAddress(text: string): Address | string {
  const example = "such as http://127.0.0.1:4000";
  const typed = text.trim();
  if (!/^https?:\/\//i.test(typed)) return `Start with http:// or https://, ${example}.`;
  if (/\s/.test(typed) || !URL.canParse(typed)) return `Enter an address ${example}.`;
  const url = new URL(typed);
  if (url.username || url.password) return "Leave out the user name and password.";
  if (url.pathname !== "/" || url.search || url.hash)
    return `Leave out the path. Enter an address ${example}.`;
  const { hostname: host } = url;
  if (!/^([a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/.test(host))
    return `Enter an address ${example}.`;
  const tls = url.protocol === "https:";
  if (tls && isIpAddress(host)) return "Use a host name with https: certificates are issued for names.";
  return { origin: url.origin, host, port: Number(url.port) || (tls ? 443 : 80), tls };
}

/** Parses addresses separated by commas or spaces. Several must use http: the gateways check only one certificate name. */
export function parseAddresses(text: string): [Address, ...Address[]] | string {
  const addresses: Address[] = [];
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const address = parseAddress(part);
    if (typeof address === "string") return address;
    addresses.push(address);
  }
  const [first, ...others] = addresses;
  if (!first) return parseAddress("") as string;
  if (others.length > 0 && addresses.some(({ tls }) => tls))
    return "Several addresses must start with http://. For https, enter one name that resolves to all of them.";
  if (new Set(addresses.map(({ origin }) => origin)).size < addresses.length)
    return "Enter each address only once.";
  return [first, ...others];
}

export function isIpAddress(host: string): boolean {
  return host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host);
}
