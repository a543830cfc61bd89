-- A quota that reaches 80% or 100% is told of once in a period, in the transaction that counts the use that reaches it. What instances
-- were given and haven't reported as used yet isn't counted: they report every second.
CREATE TABLE quotas.reached (
  usage_id   bigint NOT NULL REFERENCES quotas.usages (id) ON DELETE CASCADE,
  percent    integer NOT NULL,
  -- The limit at that moment. A quota that was changed since then is told of again.
  allowance  bigint NOT NULL,
  PRIMARY KEY (usage_id, percent, allowance)
);

-- Rows are written for every workspace, so that a later subscription isn't told of what happened before it.
-- The caller holds the lock of the usage's row.
CREATE FUNCTION quotas.tell_reached(p_usage bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  quota record;
  v_used bigint;
  v_percent integer;
BEGIN
  SELECT u.workspace_id, u.key_id, u.meter, u.period, u.starts_at, q.allowance INTO quota
  FROM quotas.usages u JOIN quotas.quotas q ON (q.workspace_id, q.key_id, q.meter, q.period) = (u.workspace_id, u.key_id, u.meter, u.period)
  -- No more than what is given out is used.
  WHERE u.id = p_usage AND q.allowance > 0 AND u.granted * 100.0 >= q.allowance * 80.0
    AND NOT EXISTS (SELECT FROM quotas.reached r WHERE (r.usage_id, r.percent, r.allowance) = (u.id, 100, q.allowance));
  IF NOT FOUND THEN
    RETURN;
  END IF;
  v_used := quotas.used(p_usage);
  FOREACH v_percent IN ARRAY ARRAY[80, 100] LOOP
    CONTINUE WHEN v_used * 100.0 < quota.allowance * v_percent::numeric;
    INSERT INTO quotas.reached (usage_id, percent, allowance) VALUES (p_usage, v_percent, quota.allowance) ON CONFLICT DO NOTHING;
    CONTINUE WHEN NOT FOUND;
    PERFORM events.record(quota.workspace_id, 'quota.reached', nullif(quota.key_id, ''),
      (SELECT k.environment FROM public.api_keys k WHERE k.id = quota.key_id),
      (SELECT json_object_agg(name, value) FROM (
        SELECT * FROM json_each(json_build_object('meter', quota.meter, 'limit', quota.allowance, 'used', v_used,
          'percent', v_percent, 'period', quota.period, 'resetsAt', events.format_time(
            (quota.starts_at AT TIME ZONE 'UTC' + ('1 ' || quota.period)::interval) AT TIME ZONE 'UTC')))
        UNION ALL SELECT 'key', events.key_facts(quota.key_id) WHERE quota.key_id <> '') fields (name, value)));
  END LOOP;
END $$;

-- Deferred: only at COMMIT do the rows of the block and of the usage agree. Both are still locked then.
CREATE FUNCTION quotas.block_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM quotas.tell_reached(CASE WHEN TG_OP = 'DELETE' THEN OLD.usage_id ELSE NEW.usage_id END);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER block_used AFTER UPDATE OF used ON quotas.blocks
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.used > OLD.used) EXECUTE FUNCTION quotas.block_counted();
-- What a dead process used of its block is known when the block is settled.
CREATE CONSTRAINT TRIGGER block_settled AFTER DELETE ON quotas.blocks
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION quotas.block_counted();

-- A lower limit may be reached already.
CREATE FUNCTION quotas.limit_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM quotas.tell_reached(u.id) FROM quotas.usages u
  WHERE (u.workspace_id, u.key_id, u.meter, u.period) = (NEW.workspace_id, NEW.key_id, NEW.meter, NEW.period)
    AND u.starts_at = date_trunc(NEW.period, clock_timestamp(), 'UTC');
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER limit_set AFTER INSERT OR UPDATE ON quotas.quotas
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION quotas.limit_set();
