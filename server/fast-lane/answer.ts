import { type ServerResponse, STATUS_CODES } from "node:http";

/**
 * An answer of ours, whoever carries it: FastLaneServer as text, node:http as headers.
 * `head` is header lines, each with its CR LF. Whoever gives them guarantees that nobody else's line break is among them.
 */
export type Answer = { status: number; head: string; body: string };

/** How long a connection is kept for whoever may ask again; a client is told. */
export const keepAliveSeconds = 65;
const keptLines = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n\r\n`;
const closedLines = "Connection: close\r\n\r\n";

/** An answer to HTTP/1.1 as it goes over the wire, with the lines that node:http would add. */
export function answerText({ status, head, body }: Answer, keptAlive: boolean): string {
  const length = body === "" ? 0 : Buffer.byteLength(body);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}Content-Length: ${length}\r\nDate: ${dateText()}\r\n${keptAlive ? keptLines : closedLines}${body}`;
}

/** The same by way of node:http, which leaves out the body where HEAD was asked. */
export function sendAnswer(response: ServerResponse, { status, head, body }: Answer): void {
  setHeaders(response, head);
  response.setHeader("Content-Length", Buffer.byteLength(body));
  response.writeHead(status);
  response.end(body);
}

export function setHeaders(response: ServerResponse, head: string): void {
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(": ");
    if (colon !== -1) response.setHeader(line.slice(0, colon), line.slice(colon + 2));
  }
}

/** Header lines of values that stay. @throws where one holds what a header must not: a line break would begin another header. */
export function headOf(headers: Record<string, string | number>): string {
  let text = "";
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\x20-\x7e]*$/.test(String(value))) throw new Error(`${name} cannot have this value`);
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
