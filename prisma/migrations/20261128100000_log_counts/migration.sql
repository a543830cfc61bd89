-- The access log counted by minute, hour and day, so that charts and totals never read its entries (record 031). Written in the
-- transaction that copies the entries, so the sums are always those of the log.

-- What a caller is named by, beside the address. Null in entries of earlier versions.
ALTER TABLE access_log.entries ADD COLUMN client text, ADD COLUMN route text;

ALTER TABLE access_log.callers ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY;
CREATE UNIQUE INDEX callers_id ON access_log.callers (id);

-- By key.
CREATE TABLE access_log.key_counts (
  span          text NOT NULL,
  start         timestamptz NOT NULL,
  key_id        text NOT NULL,
  workspace_id  text NOT NULL,
  -- 'valid' if allowed.
  code          text NOT NULL,
  -- Why an allowed request would have been denied; empty if it wouldn't.
  would_deny    text NOT NULL,
  source        text NOT NULL,
  count         bigint NOT NULL,
  PRIMARY KEY (key_id, start, code, would_deny, source, span)
) PARTITION BY LIST (span);
CREATE TABLE access_log.key_counts_minute PARTITION OF access_log.key_counts FOR VALUES IN ('minute') WITH (fillfactor = 60);
CREATE TABLE access_log.key_counts_hour PARTITION OF access_log.key_counts FOR VALUES IN ('hour') WITH (fillfactor = 60);
CREATE TABLE access_log.key_counts_day PARTITION OF access_log.key_counts FOR VALUES IN ('day') WITH (fillfactor = 60);
CREATE INDEX key_counts_workspace ON access_log.key_counts (workspace_id, start);

-- By caller of a key: a row of access_log.callers.
CREATE TABLE access_log.caller_counts (
  span          text NOT NULL,
  start         timestamptz NOT NULL,
  caller        bigint NOT NULL,
  workspace_id  text NOT NULL,
  code          text NOT NULL,
  would_deny    text NOT NULL,
  source        text NOT NULL,
  count         bigint NOT NULL,
  PRIMARY KEY (caller, start, code, would_deny, source, span)
) PARTITION BY LIST (span);
CREATE TABLE access_log.caller_counts_minute PARTITION OF access_log.caller_counts FOR VALUES IN ('minute') WITH (fillfactor = 60);
CREATE TABLE access_log.caller_counts_hour PARTITION OF access_log.caller_counts FOR VALUES IN ('hour') WITH (fillfactor = 60);
CREATE TABLE access_log.caller_counts_day PARTITION OF access_log.caller_counts FOR VALUES IN ('day') WITH (fillfactor = 60);
CREATE INDEX caller_counts_workspace ON access_log.caller_counts (workspace_id, start);

-- Since when callers are counted. Entries before this moment are counted by key only.
CREATE TABLE access_log.callers_counted_since AS SELECT clock_timestamp() AS at;

INSERT INTO access_log.key_counts (span, start, key_id, workspace_id, code, would_deny, source, count)
SELECT span, date_trunc(span, at, 'UTC'), key_id, workspace_id, code, coalesce(would_deny, ''), source, count(*)
FROM access_log.entries, unnest(ARRAY['minute', 'hour', 'day']) AS span
WHERE kind = 'decision' AND key_id IS NOT NULL AND workspace_id IS NOT NULL
  AND (span <> 'minute' OR at > clock_timestamp() - interval '8 days')
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- The counts by hour are now sums of the counts above.
DROP TABLE access_log.hourly_uses;
CREATE VIEW access_log.hourly_uses AS
  SELECT key_id, start AS hour, workspace_id,
    coalesce(sum(count) FILTER (WHERE code = 'valid'), 0)::bigint AS allowed,
    coalesce(sum(count) FILTER (WHERE code <> 'valid'), 0)::bigint AS denied
  FROM access_log.key_counts WHERE span = 'hour' GROUP BY key_id, start, workspace_id;

-- Minutes are kept for eight days, hours as long as the log, days for 400 days.
CREATE FUNCTION access_log.delete_old_counts(p_retention_days int) RETURNS void LANGUAGE sql AS $$
  DELETE FROM access_log.key_counts_minute WHERE start < clock_timestamp() - interval '8 days';
  DELETE FROM access_log.caller_counts_minute WHERE start < clock_timestamp() - interval '8 days';
  DELETE FROM access_log.key_counts_hour WHERE start < clock_timestamp() - make_interval(days => p_retention_days);
  DELETE FROM access_log.caller_counts_hour WHERE start < clock_timestamp() - make_interval(days => p_retention_days);
  DELETE FROM access_log.key_counts_day WHERE start < clock_timestamp() - make_interval(days => greatest(400, p_retention_days));
  DELETE FROM access_log.caller_counts_day WHERE start < clock_timestamp() - make_interval(days => greatest(400, p_retention_days));
$$;

-- As before, except that counts have a retention of their own.
CREATE OR REPLACE FUNCTION access_log.drop_partitions(p_retention_days int) RETURNS int LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
  oldest date := (clock_timestamp() AT TIME ZONE 'UTC')::date - p_retention_days;
  partition regclass;
  dropped int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('access_log.ensure_partitions'));
  DELETE FROM access_log.entries_default WHERE at < oldest::timestamp AT TIME ZONE 'UTC';
  FOR partition IN
    SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'access_log.entries'::regclass AND relname < 'entries_' || to_char(oldest, 'YYYYMMDD')
  LOOP
    EXECUTE format('DROP TABLE %s', partition);
    dropped := dropped + 1;
  END LOOP;
  DELETE FROM access_log.rejected WHERE rejected_at < clock_timestamp() - make_interval(days => p_retention_days);
  PERFORM access_log.delete_old_counts(p_retention_days);
  RETURN dropped;
END $$;
