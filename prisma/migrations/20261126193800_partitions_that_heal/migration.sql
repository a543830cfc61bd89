-- Makes the partition of a UTC day and moves the day's rows out of the default partition, where they went while it was missing.
-- Readers and writers wait until the rows are moved; a lock that isn't free soon is given up, so that none of them waits for us
-- behind a long query. Safe to call from many instances at once.
CREATE FUNCTION access_log.ensure_partition(p_day date) RETURNS void LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
  partition text := 'entries_' || to_char(p_day, 'YYYYMMDD');
  first timestamptz := p_day::timestamp AT TIME ZONE 'UTC';
  next timestamptz := (p_day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('access_log.ensure_partitions'));
  -- Not by to_regclass: it may still remember that there was none before we waited.
  IF EXISTS (SELECT FROM pg_class WHERE relnamespace = 'access_log'::regnamespace AND relname = partition) THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE access_log.%I (LIKE access_log.entries INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
  -- From here on no row of the day can reach the default partition.
  LOCK TABLE access_log.entries_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format(
    'WITH moved AS (DELETE FROM access_log.entries_default WHERE at >= %L AND at < %L RETURNING *)
     INSERT INTO access_log.%I SELECT * FROM moved', first, next, partition);
  EXECUTE format('ALTER TABLE access_log.entries ATTACH PARTITION access_log.%I FOR VALUES FROM (%L) TO (%L)', partition, first, next);
END $$;

-- The days without a partition among yesterday, today, p_days ahead, and those of rows in the default partition; today's first.
CREATE FUNCTION access_log.missing_partitions(p_days int) RETURNS SETOF date LANGUAGE sql AS $$
  SELECT day
  FROM (SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS today) AS clock,
    LATERAL (
      SELECT generate_series(today - 1, today + p_days, '1 day')::date AS day
      UNION
      SELECT (at AT TIME ZONE 'UTC')::date FROM access_log.entries_default WHERE isfinite(at)
    ) AS wanted
  WHERE to_regclass('access_log.entries_' || to_char(day, 'YYYYMMDD')) IS NULL
  ORDER BY abs(day - today)
$$;

CREATE OR REPLACE FUNCTION access_log.ensure_partitions(p_first date, p_last date) RETURNS void LANGUAGE sql AS $$
  SELECT access_log.ensure_partition(day::date) FROM generate_series(p_first, p_last, '1 day') AS day
$$;

-- Drops the partitions that lie wholly before the retention, deletes such rows of the default partition, and returns how many
-- partitions were dropped.
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
  DELETE FROM access_log.hourly_uses WHERE hour < clock_timestamp() - make_interval(days => p_retention_days);
  RETURN dropped;
END $$;
