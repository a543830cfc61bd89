import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { encodeLine } from "@/lib/engine/log/entry-line";
import { entry } from "@/tests/database/access-log-writer";
import { entryRecord } from "./entry-record";
import { checkpointRecord, lostRecord } from "./log-records";

const root = path.join(import.meta.dirname, "../../..");
const namesIn = (record: string) => {
  const { eventName, attributes } = JSON.parse(record) as {
    eventName: string;
    attributes: { key: string }[];
  };
  return [eventName, ...attributes.map(({ key }) => key)];
};

function sentNames(): Set<string> {
  const written = (some: object) => entryRecord(encodeLine(entry(some), 1, "w", 1).trimEnd()) ?? "";
  return new Set([
    ...namesIn(written({ method: "BREW", wouldDeny: "ip_not_allowed" })),
    ...namesIn(written({ kind: "sign_in", source: "console" })),
    ...namesIn(lostRecord({ writer: "w", first: 1, last: 2, reason: "x" })),
    ...namesIn(checkpointRecord("{}")),
  ]);
}

test("the documentation and the table of ClickHouse name what is sent, and no more", () => {
  const sent = sentNames();
  const document = readFileSync(path.join(root, "docs/log-export.md"), "utf8");
  for (const name of sent) expect(document, name).toContain(`\`${name}\``);
  const table = readFileSync(path.join(root, "deploy/otlp/clickhouse.sql"), "utf8");
  const named = Array.from(table.matchAll(/LogAttributes\['([^']+)'\]/g), ([, name]) => name);
  expect(named.length).toBeGreaterThan(6);
  for (const name of named) expect(sent).toContain(name);
});

test("the collector's pipelines use what the file describes", () => {
  const text = readFileSync(path.join(root, "deploy/otlp/collector.yaml"), "utf8");
  const config = parse(text, { merge: true }) as {
    receivers: object;
    exporters: Record<string, object>;
    extensions: object;
    service: { extensions: string[]; pipelines: { logs: { receivers: string[]; exporters: string[] } } };
  };
  const { extensions, pipelines } = config.service;
  expect(Object.keys(config.extensions).sort()).toEqual(extensions.toSorted());
  expect(Object.keys(config.receivers)).toEqual(pipelines.logs.receivers);
  expect(Object.keys(config.exporters)).toEqual(pipelines.logs.exporters);
});
