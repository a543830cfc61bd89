-- Tamper evidence for the access log (record 032): a seal for each batch that is copied, written in the transaction that copies it.
CREATE TABLE access_log.seals (
  writer     uuid NOT NULL,
  first_seq  bigint NOT NULL,
  count      int NOT NULL CHECK (count > 0),
  -- How many columns the lines have. Earlier versions wrote fewer.
  columns    smallint NOT NULL,
  -- The times of the first and the last line, as they are in the lines. Retention removes lines by them.
  first_at   text NOT NULL,
  last_at    text NOT NULL,
  mac        bytea NOT NULL,
  PRIMARY KEY (writer, first_seq)
);

-- Entries from before this moment may have no seal.
CREATE TABLE access_log.sealed_since AS SELECT clock_timestamp() AS at;
