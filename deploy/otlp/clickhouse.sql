-- Keyward's access log, as the collector's ClickHouse exporter inserts it. docs/log-export.md describes it.
CREATE DATABASE IF NOT EXISTS keyward;

CREATE TABLE IF NOT EXISTS keyward.access_log (
  -- The columns that the exporter fills.
  Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  TraceId String CODEC(ZSTD(1)),
  SpanId String CODEC(ZSTD(1)),
  TraceFlags UInt8,
  SeverityText LowCardinality(String),
  SeverityNumber UInt8,
  ServiceName LowCardinality(String),
  Body String CODEC(ZSTD(1)),
  ResourceSchemaUrl LowCardinality(String),
  ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  ScopeSchemaUrl LowCardinality(String),
  ScopeName LowCardinality(String),
  ScopeVersion LowCardinality(String),
  ScopeAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  LogAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  EventName LowCardinality(String),

  -- Those that identify an entry, and those to filter by.
  Writer LowCardinality(String) MATERIALIZED LogAttributes['keyward.writer'],
  SequenceNumber UInt64 MATERIALIZED toUInt64OrZero(LogAttributes['keyward.sequence_number']),
  RecordUid String MATERIALIZED LogAttributes['log.record.uid'] CODEC(ZSTD(1)),
  WorkspaceId LowCardinality(String) MATERIALIZED LogAttributes['keyward.workspace.id'],
  KeyId LowCardinality(String) MATERIALIZED LogAttributes['keyward.key.id'],
  Code LowCardinality(String) MATERIALIZED LogAttributes['keyward.code'],

  INDEX by_request LogAttributes['keyward.request.id'] TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX by_address LogAttributes['client.address'] TYPE bloom_filter(0.01) GRANULARITY 1
)
-- Rows with the same sorting key are one entry that arrived more than once. They are merged in the background, within a partition;
-- both have the same time, so both are in the same one.
ENGINE = ReplacingMergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (WorkspaceId, KeyId, Timestamp, Writer, SequenceNumber, RecordUid)
TTL toDate(Timestamp) + INTERVAL 400 DAY DELETE
SETTINGS ttl_only_drop_parts = 1;
