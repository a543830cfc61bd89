-- Rate limits over several instances (docs/decisions/015-shared-limits.md). Prisma need not see any of it.

-- Whether an instance limits by grants, as it must where there is another one: false while its own memory alone knows of its
-- uses. An instance of an older version never says so.
ALTER TABLE decisions.instances
  ADD COLUMN shares_limits boolean NOT NULL DEFAULT true,
  -- By the database's clock. A row that was not renewed for longer than a lease is that of nobody who decides.
  ADD COLUMN renewed_at timestamptz NOT NULL DEFAULT clock_timestamp();

CREATE SCHEMA limits;

-- What instances were granted of each limit. Not logged: a crash of the server empties it, which costs at most one limit more,
-- and a grant costs no write to the log. A row is of one key, or of one workspace for the sum of its keys.
CREATE UNLOGGED TABLE limits.grants (
  id         text PRIMARY KEY,
  -- One grant in the same place of each: milliseconds since 1970, uses, and the name its holder gave it; oldest first.
  times      float8[] NOT NULL DEFAULT '{}',
  counts     int[] NOT NULL DEFAULT '{}',
  names      text[] NOT NULL DEFAULT '{}'
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- What of a row still counts at a moment. A clock that was set back moves the grants with it: they are as old as they were.
CREATE FUNCTION limits.counting(p_row limits.grants, p_now float8, p_counted_ms float8)
RETURNS TABLE (at float8, uses int, name text) LANGUAGE sql IMMUTABLE AS $$
  SELECT t - greatest(0, p_row.times[cardinality(p_row.times)] - p_now), c, n
  FROM unnest(p_row.times, p_row.counts, p_row.names) AS u (t, c, n)
  WHERE t - greatest(0, p_row.times[cardinality(p_row.times)] - p_now) > p_now - p_counted_ms
$$;

-- Grants uses of limits. What stands in one group is granted together or not at all. Guarantee: of no limit are more uses out
-- in any stretch of p_counted_ms by this server's clock than it allows.
-- Whoever asks waits half a second: a row that is locked for longer must not keep a connection. p_now_ms replaces the clock
-- where a history is replayed.
CREATE FUNCTION limits.take(
  p_groups int[], p_ids text[], p_limits int[], p_wanted int[], p_names text[], p_instances int, p_counted_ms float8, p_now_ms float8 DEFAULT NULL
) RETURNS TABLE (granted int, remaining int, next_ms float8, full_ms float8) LANGUAGE plpgsql SET lock_timeout = '400ms' AS $$
DECLARE
  head   int := 1;
  tail   int;
  asks   int := cardinality(p_ids);
  moment float8;
  spent  int[] := '{}';
  room   boolean;
BEGIN
  -- Locks every row in the order of its id, whether it is new or not: two of these never wait for each other.
  INSERT INTO limits.grants AS g (id) SELECT DISTINCT i FROM unnest(p_ids) AS i ORDER BY i
    ON CONFLICT (id) DO UPDATE SET id = g.id WHERE false;
  -- Only now: a time from before the locks could lie before that of a grant that is already there.
  moment := coalesce(p_now_ms, extract(epoch FROM clock_timestamp()) * 1000);
  WHILE head <= asks LOOP
    tail := head;
    WHILE tail < asks AND p_groups[tail + 1] = p_groups[head] LOOP tail := tail + 1; END LOOP;
    room := true;
    FOR k IN head..tail LOOP
      spent[k] := coalesce((
        SELECT sum(c.uses) FROM limits.grants g, limits.counting(g, moment, p_counted_ms) c WHERE g.id = p_ids[k]), 0);
      room := room AND spent[k] < p_limits[k];
    END LOOP;
    FOR k IN head..tail LOOP
      granted := 0;
      IF room THEN
        -- Half of what is left, shared among all: one that asks seldom keeps little from the others. More only for who waits.
        granted := least(p_limits[k] - spent[k], greatest(p_wanted[k],
          least(ceil((p_limits[k] - spent[k]) / (2.0 * p_instances)), ceil(p_limits[k] / 16.0))));
        UPDATE limits.grants g SET (times, counts, names) = (
          SELECT array_agg(at), array_agg(uses), array_agg(name) FROM (
            SELECT c.at, c.uses, c.name FROM limits.counting(g, moment, p_counted_ms) c
            UNION ALL SELECT moment, take.granted, p_names[k]) AS kept)
        WHERE g.id = p_ids[k];
      END IF;
      remaining := greatest(0, p_limits[k] - spent[k] - granted);
      -- Of the row as it is now, with what was granted.
      SELECT coalesce(max(c.at), moment) + p_counted_ms - moment,
        CASE WHEN remaining > 0 THEN 0
          ELSE min(c.at) FILTER (WHERE spent[k] + take.granted - c.gone < p_limits[k]) + p_counted_ms - moment END
      INTO full_ms, next_ms
      FROM limits.grants g, LATERAL (
        SELECT at, sum(uses) OVER (ORDER BY at) AS gone FROM limits.counting(g, moment, p_counted_ms)) c
      WHERE g.id = p_ids[k];
      RETURN NEXT;
    END LOOP;
    head := tail + 1;
  END LOOP;
END $$;

-- Takes back what was not used of grants: each says how much it used in all, so that saying it again changes nothing.
CREATE FUNCTION limits.give_back(p_ids text[], p_names text[], p_used int[]) RETURNS void LANGUAGE plpgsql SET lock_timeout = '400ms' AS $$
BEGIN
  PERFORM FROM limits.grants WHERE id = ANY (p_ids) ORDER BY id FOR UPDATE;
  UPDATE limits.grants g SET counts = kept.counts FROM (
    SELECT g.id, array_agg(least(u.uses, b.used) ORDER BY u.place) AS counts
    FROM limits.grants g CROSS JOIN unnest(g.counts, g.names) WITH ORDINALITY AS u (uses, name, place)
      LEFT JOIN (
        SELECT id, name, min(used) AS used FROM unnest(p_ids, p_names, p_used) AS b (id, name, used) GROUP BY id, name
      ) b ON b.id = g.id AND b.name = u.name
    WHERE g.id = ANY (p_ids) GROUP BY g.id
  ) kept WHERE kept.id = g.id;
END $$;

-- Enters what an instance allowed while it was alone, in the place of what it was granted before: the uses are the same ones.
-- Ages are in milliseconds, oldest first for each id; names begin with the holder's.
CREATE FUNCTION limits.enter(p_holder text, p_ids text[], p_ages float8[], p_uses int[], p_counted_ms float8, p_now_ms float8 DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET lock_timeout = '400ms' AS $$
DECLARE
  moment float8;
BEGIN
  INSERT INTO limits.grants AS g (id) SELECT DISTINCT i FROM unnest(p_ids) AS i ORDER BY i
    ON CONFLICT (id) DO UPDATE SET id = g.id WHERE false;
  moment := coalesce(p_now_ms, extract(epoch FROM clock_timestamp()) * 1000);
  UPDATE limits.grants g SET times = n.times, counts = n.counts, names = n.names FROM (
    SELECT id, array_agg(at ORDER BY at) AS times, array_agg(uses ORDER BY at) AS counts, array_agg(name ORDER BY at) AS names
    FROM (
      SELECT g.id, c.at, c.uses, c.name FROM limits.grants g, limits.counting(g, moment, p_counted_ms) c
      WHERE g.id = ANY (p_ids) AND NOT starts_with(c.name, p_holder || ':')
      UNION ALL
      SELECT id, moment - age, uses, p_holder || ':0' FROM unnest(p_ids, p_ages, p_uses) AS u (id, age, uses)
    ) kept GROUP BY id
  ) n WHERE n.id = g.id;
END $$;
