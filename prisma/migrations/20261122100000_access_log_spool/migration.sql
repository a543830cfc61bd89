-- Entries are appended to a spool of the process that decided, and copied here afterwards (record 017).
ALTER TABLE access_log.writers
  -- Every entry up to this number is in access_log.entries. Moved in the transaction that copies them: never twice, whoever drains.
  ADD COLUMN drained_seq bigint NOT NULL DEFAULT 0;
UPDATE access_log.writers SET drained_seq = appended_seq;

-- What an allowed decision took of quotas, as `block:amount` with commas between.
ALTER TABLE access_log.entries ADD COLUMN spent text;

-- A row whose time no partition takes must not stop the log.
CREATE TABLE access_log.entries_default PARTITION OF access_log.entries DEFAULT;

-- Lines that PostgreSQL refused, as they were in the spool.
CREATE TABLE access_log.rejected (
  writer       uuid NOT NULL,
  seq          bigint NOT NULL,
  rejected_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  line         bytea NOT NULL,
  error        text NOT NULL,
  PRIMARY KEY (writer, seq)
);
