/** Values to show and values to hide. Both empty: everything. */
export type Choice<Value extends string = string> = { is: Value[]; not: Value[] };

export const valuesPerChoice = 50;

/**
 * A choice as the text of a query parameter: percent-encoded values with commas between, those to hide after `!`. Such as
 * `key_1,key_2` or `!rate_limit_exceeded`.
 */
export function choiceText({ is, not }: Choice): string {
  return [...is.map(encoded), ...not.map((value) => `!${encoded(value)}`)].join(",");
}

/** `encodeURIComponent` leaves `!` as it is. */
function encoded(value: string): string {
  return encodeURIComponent(value).replaceAll("!", "%21");
}

/** A caller as the text of a filter's value: an address or CIDR block and a client with a space between. Unknown ones are empty. */
export function callerText({ ip, client }: { ip: string; client: string }): string {
  return `${ip} ${client}`;
}

export function parseCaller(text: string): { ip: string; client: string } {
  const end = text.indexOf(" ");
  return end === -1 ? { ip: text, client: "" } : { ip: text.slice(0, end), client: text.slice(end + 1) };
}

/** @returns Null if a percent-encoding is broken. Repeated values count once. */
export function parseChoice(text: string): Choice | null {
  const is = new Set<string>();
  const not = new Set<string>();
  for (const part of text.split(",")) {
    if (part === "" || part === "!") continue;
    try {
      if (part.startsWith("!")) not.add(decodeURIComponent(part.slice(1)));
      else is.add(decodeURIComponent(part));
    } catch {
      return null;
    }
  }
  return { is: [...is], not: [...not] };
}
