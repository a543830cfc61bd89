import type { ServerResponse } from "node:http";

/**
 * Answers 200 without a body, with a head that was put together as text. node:http would look at each header of each answer
 * again, which costs more than the decision; here what cannot change was looked at once (`headOf`).
 * @param head Header lines, each with its CR LF. Whoever gives them guarantees that nobody else's line break is among them.
 */
export function endWithHead(response: ServerResponse, head: string): void {
  const keptAlive = response.shouldKeepAlive && response.req.httpVersionMinor === 1;
  const connection = keptAlive ? keepAliveLines : "Connection: close\r\n";
  const answer = response as unknown as Internals;
  answer._header = `HTTP/1.1 200 OK\r\n${head}Content-Length: 0\r\nDate: ${dateText()}\r\n${connection}\r\n`;
  answer._last = !keptAlive;
  response.end();
}

/** The two fields that node:http's own writeHead sets and `end` reads, in every version since 0.12. */
type Internals = { _header: string; _last: boolean };

/** As main.ts has set it up: a client learns how long a connection is kept for it. */
export const keepAliveSeconds = 65;
const keepAliveLines = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n`;

/** Header lines of values that stay. @throws where one holds what a header must not: a line break would begin another header. */
export function headOf(headers: Record<string, string>): string {
  let text = "";
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\x20-\x7e]*$/.test(value)) throw new Error(`${name} cannot have this value`);
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

let second = Number.NaN;
let secondText = "";

function dateText(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    secondText = new Date(now * 1000).toUTCString();
  }
  return secondText;
}
