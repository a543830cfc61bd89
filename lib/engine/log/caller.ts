import ipaddr from "ipaddr.js";
import { cleanText, ownCopy } from "./clean-text";

/** What requests of one caller have in common. Texts are never null, because they are a primary key; empty means unknown. */
export type Caller = {
  /** The /24 or /64 of the address. */
  address: string;
  /** The product that the user agent names, without its version: a new version is the same caller. */
  client: string;
  method: string;
  /** The first two segments of the path, with `:id` for those that look like ids. */
  route: string;
};

/** All callers of a key beyond the first `mostCallers`. */
export const otherCallers: Caller = { address: "*", client: "", method: "", route: "" };
export const mostCallers = 200;

type CallerTexts = Record<"ip" | "userAgent" | "method" | "path", string | null>;

/** The latest caller of each key: most requests come from the caller of the request before. Bounded, like the maps below. */
const latestCallers = new Map<string | null, CallerTexts & { caller: Caller }>();

/** The caller of an entry. Entries with the same texts that follow each other get the same object. */
export function callerOfEntry(entry: CallerTexts & { keyId: string | null }): Caller {
  const { keyId, ip, userAgent, method, path } = entry;
  const latest = latestCallers.get(keyId);
  if (
    latest !== undefined &&
    latest.path === path &&
    latest.ip === ip &&
    latest.userAgent === userAgent &&
    latest.method === method
  )
    return latest.caller;
  const caller = callerOf(entry);
  if (latestCallers.size >= mostRemembered) latestCallers.clear();
  const isShort = (path?.length ?? 0) <= longestRemembered && (userAgent?.length ?? 0) <= longestRemembered;
  if (isShort)
    latestCallers.set(keyId, {
      ip: ip && ownCopy(ip),
      userAgent: userAgent && ownCopy(userAgent),
      method: method && ownCopy(method),
      path: path && ownCopy(path),
      caller,
    });
  return caller;
}

export function callerOf({ ip, userAgent, method, path }: CallerTexts): Caller {
  return {
    address: remembered(addresses, ip, addressBlock),
    client: remembered(clients, userAgent, clientProduct),
    method: cleanText(method, 16) ?? "",
    route: routeOf(path),
  };
}

/** Clients send the same few values again and again. Bounded, because they can send any. */
const addresses = new Map<string, string>();
const clients = new Map<string, string>();
const mostRemembered = 4096;
const longestRemembered = 200;
/** Of a client and of a segment. What is cut in the middle of a character is cleaned: PostgreSQL would reject it. */
const longestText = 60;

function remembered(
  known: Map<string, string>,
  value: string | null,
  compute: (value: string) => string,
): string {
  if (value === null) return "";
  const before = known.get(value);
  if (before !== undefined) return before;
  const result = ownCopy(compute(value));
  if (known.size >= mostRemembered) known.clear();
  if (value.length <= longestRemembered) known.set(ownCopy(value), result);
  return result;
}

function addressBlock(ip: string): string {
  if (!ipaddr.isValid(ip)) return "";
  const bytes = ipaddr.process(ip).toByteArray();
  if (bytes.length === 4) return `${bytes.slice(0, 3).join(".")}.0/24`;
  const groups = [0, 2, 4, 6].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  return `${groups.join(":")}::/64`;
}

/** In this order: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari. */
const browsers = ["Edg", "OPR", "Firefox", "FxiOS", "HeadlessChrome", "Chrome", "CriOS", "Safari"];

function clientProduct(userAgent: string): string {
  const text = cleanText(userAgent, 512) ?? "";
  if (text.startsWith("Mozilla/"))
    return browsers.find((browser) => text.includes(` ${browser}/`)) ?? "Mozilla";
  return cleanText(/^[^\s/(;]+/.exec(text)?.[0] ?? text, longestText) ?? "";
}

function routeOf(path: string | null): string {
  const [, first, second] = (cleanText(path, 2048) ?? "").split("/", 3);
  if (first === undefined) return "";
  return `/${segmentOf(first)}${second === undefined ? "" : `/${segmentOf(second)}`}`;
}

/** Ids would make a caller of each thing that a program reads. Escapes and `@` are in names and email addresses of people. */
const id = /^(?:\d+|[0-9a-fA-F-]{16,}|(?=[^/]*\d)[\w~.-]{20,}|[a-z]{1,8}_\w*\d\w*|.*[@%…].*)$/;

const word = /^[A-Za-z.-]{0,15}$/;

function segmentOf(segment: string): string {
  if (word.test(segment)) return segment;
  return id.test(segment) ? ":id" : (cleanText(segment, longestText) ?? "");
}
