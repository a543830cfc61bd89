import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import definitions from "@opentelemetry/otlp-transformer/build/src/generated/root.js";

type Value = { stringValue?: string; intValue?: string };
type Attributes = { key: string; value: Value }[];
export type ReceivedRecord = {
  timeUnixNano: string;
  severityText: string;
  eventName: string;
  body: Value;
  attributes: Record<string, string | undefined>;
  resource: Record<string, string | undefined>;
};
type Message = {
  resourceLogs: {
    resource: { attributes: Attributes };
    scopeLogs: {
      logRecords: (Omit<ReceivedRecord, "attributes" | "resource"> & { attributes: Attributes })[];
    }[];
  }[];
};
type Definition = {
  fromObject(message: object): object;
  verify(message: object): string | null;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): Message;
};

type Definitions = {
  opentelemetry: { proto: { collector: { logs: { v1: { ExportLogsServiceRequest: Definition } } } } };
};
/** Generated from the definitions of the OpenTelemetry project. */
const definition = (definitions as unknown as Definitions).opentelemetry.proto.collector.logs.v1
  .ExportLogsServiceRequest;

export type OtlpAttempt = {
  at: number;
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  message: Message;
};
type Answer = (attempt: OtlpAttempt, response: ServerResponse) => unknown;

export const accept: Answer = (_attempt, response) =>
  response.writeHead(200, { "content-type": "application/json" }).end("{}");

/** A real HTTP server that takes log records as a collector does, and decodes them with the protocol's definitions. */
export async function startOtlpReceiver(portWanted = 0) {
  const attempts: OtlpAttempt[] = [];
  const sockets = new Set<Socket>();
  const faults: unknown[] = [];
  let decide: Answer = accept;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      try {
        const sent = Buffer.concat(chunks);
        const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent).toString();
        const { url: path = "", headers } = request;
        const attempt = { at: performance.now(), path, headers, text, message: decoded(text) };
        attempts.push(attempt);
        decide(attempt, response);
      } catch (error) {
        faults.push(error);
        response.writeHead(400).end();
      }
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(portWanted);
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    origin: `http://127.0.0.1:${port}`,
    attempts,
    /** Requests that weren't what the protocol defines. */
    faults,
    records: () => attempts.flatMap(recordsOf),
    answer(how: Answer) {
      decide = how;
    },
    close,
    reopen: () => listen(port),
  };
}

/**
 * Reads the JSON as the definitions say. What they don't know, or know as another type, doesn't survive the way through the binary
 * format and back.
 */
function decoded(text: string): Message {
  const json = JSON.parse(text);
  const message = definition.fromObject(json);
  const wrong = definition.verify(message);
  if (wrong) throw new Error(wrong);
  const bytes = definition.encode(message).finish();
  const again = definition.toObject(definition.decode(bytes), {
    longs: String,
    enums: Number,
    bytes: String,
  });
  // Comparing takes long, and longer requests are of the same kind.
  if (text.length < 100_000 && JSON.stringify(sorted(again)) !== JSON.stringify(sorted(json)))
    throw new Error(`the protocol reads something else: ${JSON.stringify(again)}`);
  return again;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
}

export function recordsOf({ message }: OtlpAttempt): ReceivedRecord[] {
  return message.resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record) => ({
        ...record,
        attributes: read(record.attributes),
        resource: read(resource.attributes),
      })),
    ),
  );
}

function read(attributes: Attributes): Record<string, string | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}
