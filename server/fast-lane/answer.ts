import { type ServerResponse, STATUS_CODES } from "node:http";

/**
 * A response that both FastLaneServer and node:http can send. `head` is header lines, each with CR LF. The code that builds it must
 * make sure that no value contains a line break.
 */
export type Answer = { status: number; head: string; body: string };

/** How long an idle connection is kept open. Announced in the Keep-Alive header. */
export const keepAliveSeconds = 65;
const keepAliveLines = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n\r\n`;
const closeLines = "Connection: close\r\n\r\n";

/** The bytes of an HTTP/1.1 response, with the headers that node:http would add. */
export function answerText({ status, head, body }: Answer, keepAlive: boolean): string {
  const length = body === "" ? 0 : Buffer.byteLength(body);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}Content-Length: ${length}\r\nDate: ${dateText()}\r\n${keepAlive ? keepAliveLines : closeLines}${body}`;
}

/** Sends it through node:http, which leaves out the body for HEAD. */
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

/** Formats header lines. @throws when a value contains characters that a header must not, such as line breaks. */
export function headOf(headers: Record<string, string | number>): string {
  let text = "";
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\x20-\x7e]*$/.test(String(value))) throw new Error(`${name} can't have this value`);
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
