import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { residentMegabytes } from "./processor-time";
import type { ServerProcess } from "./server-process";

export type Export = { rows: number; perSecond: number; leastMegabytes: number; mostMegabytes: number };

const tailTimeoutMs = 10_000;

/** Exports the log as NDJSON until so many rows have come, and watches the server's memory once the first tenth of them has. */
export async function measureExport(
  server: ServerProcess,
  secret: string,
  mostRows: number,
): Promise<Export> {
  const start = performance.now();
  const response = await open(server, secret, "/api/public/v1/access-logs/export?format=ndjson");
  let rows = 0;
  let [leastMegabytes, mostMegabytes] = [Number.POSITIVE_INFINITY, 0];
  const watching = setInterval(() => {
    const megabytes = residentMegabytes(server.pid);
    if (rows > mostRows / 10) leastMegabytes = Math.min(leastMegabytes, megabytes);
    mostMegabytes = Math.max(mostMegabytes, megabytes);
  }, 50);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      for (const byte of chunk) if (byte === 10) rows += 1;
      if (rows >= mostRows) break;
    }
  } finally {
    clearInterval(watching);
    response.destroy();
  }
  const seconds = (performance.now() - start) / 1000;
  return {
    rows,
    perSecond: rows / seconds,
    leastMegabytes: Math.min(leastMegabytes, mostMegabytes),
    mostMegabytes,
  };
}

/** Makes requests while a live view is open. @returns Of each, the milliseconds from sending it until its entry has arrived. */
export async function measureTail(server: ServerProcess, secret: string, count: number): Promise<number[]> {
  const stream = await open(server, secret, "/api/public/v1/access-logs/stream");
  const arrivals = new Map<string, number>();
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text += chunk;
    const now = performance.now();
    for (const [, id] of text.matchAll(/"request_id":"(tail-[\w-]+)"/g))
      if (!arrivals.has(id as string)) arrivals.set(id as string, now);
    text = text.slice(text.lastIndexOf("\n") + 1);
  });
  const delays: number[] = [];
  try {
    for (let number = 0; number < count; number += 1) {
      // At any moment between two looks of the live view.
      await pause(Math.random() * 500);
      const id = `tail-${randomUUID()}`;
      const sent = performance.now();
      const answer = await fetch(`http://127.0.0.1:${server.port}/api/public/v1/me`, {
        headers: { authorization: `Bearer ${secret}`, "x-request-id": id },
        signal: AbortSignal.timeout(tailTimeoutMs),
      });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`A request was answered with ${answer.status}`);
      while (!arrivals.has(id)) {
        if (performance.now() - sent > tailTimeoutMs) throw new Error("An entry didn't reach the live view");
        await pause(1);
      }
      delays.push((arrivals.get(id) as number) - sent);
    }
  } finally {
    stream.destroy();
  }
  return delays;
}

async function open(server: ServerProcess, secret: string, path: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${secret}` };
  const [response] = (await once(
    get({ port: server.port, host: "127.0.0.1", path, headers }),
    "response",
  )) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode}`);
  return response;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
