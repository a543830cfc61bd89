-- The access log has a schema of its own: its partitions come and go, and Prisma need not see them.
CREATE SCHEMA access_log;

-- One row per process life that appends to the log.
CREATE TABLE access_log.writers (
  id            uuid PRIMARY KEY,
  joined_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  renewed_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- No entry of this writer at or before this time will ever appear that is not there already.
  frontier_at   timestamptz NOT NULL,
  -- The sequence number of its last entry; numbers begin at 1 and have no holes.
  appended_seq  bigint NOT NULL DEFAULT 0,
  closed_at     timestamptz
) WITH (fillfactor = 40);

-- An entry is identified by its writer and sequence number, never by the request id, which clients choose.
CREATE TABLE access_log.entries (
  at            timestamptz NOT NULL,
  writer        uuid NOT NULL,
  seq           bigint NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('decision', 'sign_in')),
  request_id    text NOT NULL,
  -- Null where the key or the account is unknown: such entries are the operator's.
  workspace_id  text,
  key_id        text,
  user_id       text,
  source        text NOT NULL CHECK (source IN ('api', 'forward_auth', 'verify', 'introspection', 'unkey', 'console')),
  method        text,
  path          text,
  outcome       text NOT NULL CHECK (outcome IN ('allowed', 'denied')),
  status        smallint NOT NULL,
  code          text NOT NULL,
  ip            inet,
  user_agent    text
) PARTITION BY RANGE (at);

CREATE INDEX entries_workspace ON access_log.entries (workspace_id, at, writer, seq);
CREATE INDEX entries_key ON access_log.entries (key_id, at, writer, seq) WHERE key_id IS NOT NULL;
CREATE INDEX entries_user ON access_log.entries (user_id, at, writer, seq) WHERE user_id IS NOT NULL;
CREATE INDEX entries_request ON access_log.entries (request_id);

-- The last allowed use of each key, kept beside the log so that a list of keys never reads it.
CREATE TABLE access_log.last_uses (
  key_id      text PRIMARY KEY,
  at          timestamptz NOT NULL,
  ip          inet,
  user_agent  text
) WITH (fillfactor = 60);

-- Decisions per key and hour, written with the entries they count.
CREATE TABLE access_log.hourly_uses (
  key_id        text NOT NULL,
  hour          timestamptz NOT NULL,
  workspace_id  text NOT NULL,
  allowed       bigint NOT NULL DEFAULT 0,
  denied        bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (key_id, hour)
) WITH (fillfactor = 60);
CREATE INDEX hourly_uses_workspace ON access_log.hourly_uses (workspace_id, hour);

-- Makes the partition of each UTC day from p_first to p_last. Safe to call from many instances at once.
CREATE FUNCTION access_log.ensure_partitions(p_first date, p_last date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  day date;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('access_log.ensure_partitions'));
  FOR day IN SELECT generate_series(p_first, p_last, '1 day')::date LOOP
    IF to_regclass(format('access_log.entries_%s', to_char(day, 'YYYYMMDD'))) IS NULL THEN
      EXECUTE format(
        'CREATE TABLE access_log.entries_%s PARTITION OF access_log.entries FOR VALUES FROM (%L) TO (%L)',
        to_char(day, 'YYYYMMDD'),
        (day::timestamp AT TIME ZONE 'UTC'),
        ((day + 1)::timestamp AT TIME ZONE 'UTC')
      );
    END IF;
  END LOOP;
END $$;

-- The same for yesterday, today and p_days ahead, by the database's clock.
CREATE FUNCTION access_log.ensure_partitions(p_days int) RETURNS void LANGUAGE sql AS $$
  SELECT access_log.ensure_partitions(today - 1, today + p_days)
  FROM (SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS today) AS clock
$$;

-- Drops the partitions that lie wholly before the retention, and returns how many.
CREATE FUNCTION access_log.drop_partitions(p_retention_days int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  oldest text := to_char((clock_timestamp() AT TIME ZONE 'UTC')::date - p_retention_days, 'YYYYMMDD');
  partition regclass;
  dropped int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('access_log.ensure_partitions'));
  FOR partition IN
    SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'access_log.entries'::regclass AND relname < 'entries_' || oldest
  LOOP
    EXECUTE format('DROP TABLE %s', partition);
    dropped := dropped + 1;
  END LOOP;
  DELETE FROM access_log.hourly_uses WHERE hour < clock_timestamp() - make_interval(days => p_retention_days);
  RETURN dropped;
END $$;

SELECT access_log.ensure_partitions(7);
