/** An origin. `host` is a name, an IPv4 address or an IPv6 address in brackets: nothing that a configuration could misread. */
export type Address = { origin: string; host: string; port: number; tls: boolean };

/** Reads an address that a person typed, or returns a sentence that says what is wrong with it. */
export function parseAddress(text: string): Address | string {
  const example = "such as http://127.0.0.1:4000";
  const typed = text.trim();
  if (!/^https?:\/\//i.test(typed)) return `Begin with http:// or https://, ${example}.`;
  if (/\s/.test(typed) || !URL.canParse(typed)) return `This is not an address ${example}.`;
  const url = new URL(typed);
  if (url.username || url.password) return "Leave the name and the password out.";
  if (url.pathname !== "/" || url.search || url.hash) return `Leave the path out: an address ${example}.`;
  const { hostname: host } = url;
  if (!/^([a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/.test(host))
    return `This is not an address ${example}.`;
  const tls = url.protocol === "https:";
  if (tls && isIpAddress(host)) return "An https address needs a name: certificates are made for names.";
  return { origin: url.origin, host, port: Number(url.port) || (tls ? 443 : 80), tls };
}

/** Reads one or more addresses, separated by commas or spaces. Several must be http: the gateways check one certificate name. */
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
    return "Several addresses must begin with http://. For https, enter one name that leads to all of them.";
  if (new Set(addresses.map(({ origin }) => origin)).size < addresses.length)
    return "Enter each address only once.";
  return [first, ...others];
}

export function isIpAddress(host: string): boolean {
  return host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host);
}
