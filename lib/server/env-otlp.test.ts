import { expect, test } from "vitest";
import { parseEnv } from "./env";

const ofOtlp = (settings: Record<string, string>) => parseEnv(settings).otlp;
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "https://collector.acme.dev:4318" };
const logs = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "http://127.0.0.1:4318/anything" };

test("without an endpoint nothing is sent, regardless of other settings", () => {
  expect(ofOtlp({})).toBeNull();
  expect(ofOtlp({ OTEL_SERVICE_NAME: "x", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toBeNull();
});

test("an endpoint gets the path of logs, and the one of logs stays as it is", () => {
  expect(ofOtlp(endpoint)).toEqual({
    url: "https://collector.acme.dev:4318/v1/logs",
    headers: {},
    timeoutMs: 10_000,
    gzip: true,
    resource: { "service.name": "keyward" },
    keptBytes: 2 ** 30,
  });
  expect(ofOtlp({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://a.dev/otlp/" })?.url).toBe(
    "http://a.dev/otlp/v1/logs",
  );
  expect(ofOtlp({ ...endpoint, ...logs })?.url).toBe("http://127.0.0.1:4318/anything");
});

test("settings of logs go before the others", () => {
  const all = {
    ...endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20a%2Cb, x-tenant = acme",
    OTEL_EXPORTER_OTLP_TIMEOUT: "3000",
    OTEL_EXPORTER_OTLP_COMPRESSION: "none",
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "http/json",
    OTEL_RESOURCE_ATTRIBUTES: "service.name=other,deployment.environment.name=production",
  };
  expect(ofOtlp(all)).toMatchObject({
    headers: { Authorization: "Bearer a,b", "x-tenant": "acme" },
    timeoutMs: 3000,
    gzip: false,
    resource: { "service.name": "other", "deployment.environment.name": "production" },
  });
  expect(
    ofOtlp({
      ...all,
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: "x-tenant=logs",
      OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: "7000",
      OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: "gzip",
      OTEL_SERVICE_NAME: "keys",
    }),
  ).toMatchObject({
    headers: { "x-tenant": "logs" },
    timeoutMs: 7000,
    gzip: true,
    resource: { "service.name": "keys" },
  });
});

test("what can't work is refused at the start, without showing a header", () => {
  const refused: Record<string, string>[] = [
    { OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" },
    { OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "grpc" },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "https://user:a-secret@collector:4318" },
    { OTEL_EXPORTER_OTLP_HEADERS: "a-secret" },
    { OTEL_EXPORTER_OTLP_HEADERS: "x=%a-secret" },
    { OTEL_EXPORTER_OTLP_HEADERS: "x=a-secret%0Ay:z" },
    { OTEL_EXPORTER_OTLP_HEADERS: "x y=a-secret" },
    { OTEL_EXPORTER_OTLP_TIMEOUT: "0" },
    { OTEL_EXPORTER_OTLP_COMPRESSION: "zstd" },
    { ACCESS_LOG_EXPORT_MEGABYTES: "1" },
  ];
  for (const settings of refused) {
    const [name = ""] = Object.keys(settings);
    expect(() => parseEnv({ ...endpoint, ...settings }), name).toThrow(new RegExp(`^${name} `));
    expect(() => parseEnv({ ...endpoint, ...settings })).not.toThrow("a-secret");
  }
});
