import { z } from "zod";
import { EnvError } from "./env-error";

/** Where log records are sent over OTLP/HTTP. */
export type OtlpSetting = {
  url: string;
  /** May hold secrets. */
  headers: Record<string, string>;
  timeoutMs: number;
  gzip: boolean;
  /** Attributes of the resource, with its service.name. */
  resource: Record<string, string>;
  /** How much of the disk entries may take that the receiver lacks. */
  keptBytes: number;
};

const endpoint = z.string().refine(isEndpoint, "must be an http or https address without a user name");
const pairs = z.string().transform((text, context) => {
  const read = readPairs(text);
  if (!read) context.addIssue({ code: "custom", message: "must look like name=value,other=value" });
  return read ?? {};
});
const headers = pairs.refine((read) => Object.entries(read).every(isHeader), "must name HTTP headers");
const timeout = z.coerce.number().int().min(1).max(600_000);
const compression = z.enum(["gzip", "none"], "must be gzip or none");

/** The types of the OpenTelemetry project's own variables. */
export const otlpTypes = { endpoint, headers, pairs, timeout, compression };

type Parsed = {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT?: string;
  OTEL_EXPORTER_OTLP_HEADERS?: Record<string, string>;
  OTEL_EXPORTER_OTLP_LOGS_HEADERS?: Record<string, string>;
  OTEL_EXPORTER_OTLP_TIMEOUT: number;
  OTEL_EXPORTER_OTLP_LOGS_TIMEOUT?: number;
  OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" | "none";
  OTEL_EXPORTER_OTLP_LOGS_COMPRESSION?: "gzip" | "none";
  OTEL_EXPORTER_OTLP_PROTOCOL?: string;
  OTEL_EXPORTER_OTLP_LOGS_PROTOCOL?: string;
  OTEL_SERVICE_NAME?: string;
  OTEL_RESOURCE_ATTRIBUTES: Record<string, string>;
  ACCESS_LOG_EXPORT_MEGABYTES: number;
};

/**
 * Null if no endpoint is set.
 * @throws EnvError if another protocol is wanted than the one there is.
 */
export function otlpOf(parsed: Parsed): OtlpSetting | null {
  const url = parsed.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT ?? withLogsPath(parsed.OTEL_EXPORTER_OTLP_ENDPOINT);
  if (url === null) return null;
  for (const name of ["OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] as const) {
    const protocol = parsed[name];
    if (protocol === undefined) continue;
    if (protocol !== "http/json")
      throw new EnvError(
        `${name} must be http/json. OpenTelemetry collectors take it on the port of http/protobuf, usually 4318`,
      );
    break;
  }
  const named = parsed.OTEL_SERVICE_NAME ?? parsed.OTEL_RESOURCE_ATTRIBUTES["service.name"] ?? "keyward";
  return {
    url,
    headers: parsed.OTEL_EXPORTER_OTLP_LOGS_HEADERS ?? parsed.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    timeoutMs: parsed.OTEL_EXPORTER_OTLP_LOGS_TIMEOUT ?? parsed.OTEL_EXPORTER_OTLP_TIMEOUT,
    gzip: (parsed.OTEL_EXPORTER_OTLP_LOGS_COMPRESSION ?? parsed.OTEL_EXPORTER_OTLP_COMPRESSION) === "gzip",
    resource: { ...parsed.OTEL_RESOURCE_ATTRIBUTES, "service.name": named },
    keptBytes: parsed.ACCESS_LOG_EXPORT_MEGABYTES * 2 ** 20,
  };
}

function withLogsPath(endpoint: string | undefined): string | null {
  if (endpoint === undefined) return null;
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/logs`;
  return url.href;
}

function isEndpoint(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

/** `name=value,other=value` with percent-encoding, as in W3C Baggage. Null if it is something else. */
function readPairs(text: string): Record<string, string> | null {
  try {
    return Object.fromEntries(
      text.split(",").flatMap((pair) => {
        if (pair.trim() === "") return [];
        const [, name = "", value = ""] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(pair) ?? [];
        if (name === "") throw new Error("no name");
        return [[decodeURIComponent(name), decodeURIComponent(value.trim())]];
      }),
    );
  } catch {
    return null;
  }
}

function isHeader([name, value]: [string, string]): boolean {
  return /^[!#$%&'*+.^`|~\w-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value);
}
