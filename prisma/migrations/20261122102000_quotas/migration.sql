-- How much of a meter may be used in a period. Prisma need not see it.
CREATE SCHEMA quotas;

CREATE TABLE quotas.quotas (
  workspace_id  text NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  -- Empty where it bounds all that the workspace uses, with whichever key or none.
  key_id        text NOT NULL DEFAULT '',
  meter         text NOT NULL,
  period        text NOT NULL CHECK (period IN ('month', 'day')),
  allowance     bigint NOT NULL CHECK (allowance >= 0),
  PRIMARY KEY (workspace_id, key_id, meter)
);

-- What is given out of a meter in a period, whether or not a quota bounds it: to be used by somebody, or used already.
CREATE TABLE quotas.usages (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id   text NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  key_id         text NOT NULL DEFAULT '',
  meter          text NOT NULL,
  period         text NOT NULL,
  starts_at      timestamptz NOT NULL,
  counted_since  timestamptz NOT NULL DEFAULT clock_timestamp(),
  granted        bigint NOT NULL DEFAULT 0,
  UNIQUE (workspace_id, key_id, meter, period, starts_at)
) WITH (fillfactor = 50);

-- What one instance was given of a usage. Whatever of it is not used goes back: told by the instance while it lives, and
-- afterwards found in the access log, whose drained entries say what was taken of it.
CREATE TABLE quotas.blocks (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  usage_id  bigint NOT NULL REFERENCES quotas.usages (id) ON DELETE CASCADE,
  -- The writer of the access log that the instance is.
  holder    uuid NOT NULL,
  granted   bigint NOT NULL DEFAULT 0,
  used      bigint NOT NULL DEFAULT 0,
  -- The last word of its holder that was heard. An earlier one, still on its way after its sender gave up waiting, is void.
  word      bigint NOT NULL,
  UNIQUE (usage_id, holder)
) WITH (fillfactor = 50);
CREATE INDEX blocks_holder ON quotas.blocks (holder);

-- What the drained entries of the access log took of each block. Apart from it, so that no decision waits for a drain.
CREATE TABLE quotas.drained (
  block   bigint PRIMARY KEY,
  amount  bigint NOT NULL
) WITH (fillfactor = 50);

-- What a service reported, so that a repeated report counts once.
CREATE TABLE quotas.records (
  workspace_id     text NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  idempotency_key  text NOT NULL,
  body_hash        bytea NOT NULL,
  answer           jsonb,
  at               timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (workspace_id, idempotency_key)
);
CREATE INDEX records_at ON quotas.records (at);

-- The row of a period, locked; made where it is missing. Null where the workspace is gone.
CREATE FUNCTION quotas.lock_usage(p_workspace text, p_key text, p_meter text, p_period text, p_starts timestamptz)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  found_id bigint;
BEGIN
  LOOP
    SELECT id INTO found_id FROM quotas.usages
    WHERE workspace_id = p_workspace AND key_id = p_key AND meter = p_meter AND period = p_period AND starts_at = p_starts
    FOR NO KEY UPDATE;
    IF found_id IS NOT NULL THEN RETURN found_id; END IF;
    INSERT INTO quotas.usages (workspace_id, key_id, meter, period, starts_at)
    SELECT id, p_key, p_meter, p_period, p_starts FROM workspaces WHERE id = p_workspace
    ON CONFLICT DO NOTHING;
    IF NOT FOUND AND NOT EXISTS (SELECT FROM workspaces WHERE id = p_workspace) THEN RETURN NULL; END IF;
  END LOOP;
END $$;

-- Gives an instance more of each usage it asks for: at least `least` or nothing; `needed` where there is so much; and beyond it
-- up to `wished`, but no more than its part of what is left. Near the end that is `needed` and no more. Rows are locked in one
-- order, by all functions here.
CREATE FUNCTION quotas.take(
  p_holder uuid, p_word bigint, p_workspaces text[], p_keys text[], p_meters text[], p_periods text[], p_starts timestamptz[],
  p_least bigint[], p_needed bigint[], p_wished bigint[]
) RETURNS TABLE (number int, block bigint, given bigint, total bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  instances int := greatest(1, (SELECT count(*) FROM decisions.instances));
  asked record;
  v_usage bigint;
  v_allowance bigint;
  v_left bigint;
  v_given bigint;
  v_block record;
BEGIN
  FOR asked IN
    SELECT * FROM unnest(p_workspaces, p_keys, p_meters, p_periods, p_starts, p_least, p_needed, p_wished) WITH ORDINALITY
      AS a (workspace_id, key_id, meter, period, starts_at, least, needed, wished, place)
    ORDER BY workspace_id, key_id, meter, period, starts_at
  LOOP
    v_usage := quotas.lock_usage(asked.workspace_id, asked.key_id, asked.meter, asked.period, asked.starts_at);
    CONTINUE WHEN v_usage IS NULL;
    SELECT q.allowance INTO v_allowance FROM quotas.quotas q
    WHERE q.workspace_id = asked.workspace_id AND q.key_id = asked.key_id AND q.meter = asked.meter AND q.period = asked.period;
    SELECT v_allowance - u.granted INTO v_left FROM quotas.usages u WHERE u.id = v_usage;
    v_given := CASE
      WHEN v_allowance IS NULL THEN greatest(asked.needed, asked.wished)
      WHEN v_left < asked.least THEN 0
      ELSE least(v_left, greatest(asked.needed, least(asked.wished, v_left / (4 * instances))))
    END;
    INSERT INTO quotas.blocks AS b (usage_id, holder, granted, word) VALUES (v_usage, p_holder, v_given, p_word)
    ON CONFLICT (usage_id, holder) DO UPDATE SET granted = b.granted + v_given, word = p_word WHERE b.word < p_word
    RETURNING b.id, b.granted INTO v_block;
    -- Overtaken by a later word of the same holder, who no longer waits for this one.
    CONTINUE WHEN v_block.id IS NULL;
    UPDATE quotas.usages u SET granted = u.granted + v_given
    WHERE u.id = v_usage AND (v_allowance IS NULL OR v_given = 0 OR u.granted + v_given <= v_allowance);
    RETURN QUERY SELECT asked.place::int, v_block.id, v_given, v_block.granted;
  END LOOP;
END $$;

-- What an instance keeps of its blocks and has used of them, both counted from their beginning, so that a word can be repeated.
-- Returns the blocks that are still its own.
CREATE FUNCTION quotas.report(p_word bigint, p_blocks bigint[], p_kept bigint[], p_used bigint[])
RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
  told record;
  v_before bigint;
BEGIN
  FOR told IN
    SELECT r.block, r.kept, r.used, u.id AS usage_id
    FROM unnest(p_blocks, p_kept, p_used) AS r (block, kept, used)
    JOIN quotas.blocks b ON b.id = r.block JOIN quotas.usages u ON u.id = b.usage_id
    ORDER BY u.workspace_id, u.key_id, u.meter, u.period, u.starts_at
  LOOP
    PERFORM FROM quotas.usages WHERE id = told.usage_id FOR NO KEY UPDATE;
    SELECT granted INTO v_before FROM quotas.blocks WHERE id = told.block FOR NO KEY UPDATE;
    CONTINUE WHEN v_before IS NULL;
    UPDATE quotas.blocks SET granted = told.kept, used = told.used, word = p_word WHERE id = told.block AND word < p_word;
    IF FOUND THEN
      UPDATE quotas.usages SET granted = granted + told.kept - v_before WHERE id = told.usage_id AND told.kept <> v_before;
      RETURN NEXT told.block;
    END IF;
  END LOOP;
END $$;

-- Takes back what dead processes held and did not use. A closed writer has drained all it ever wrote and writes no more.
CREATE FUNCTION quotas.settle_dead_holders() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  dead record;
  v_granted bigint;
  v_drained bigint;
  settled int := 0;
BEGIN
  FOR dead IN
    SELECT b.id AS block, u.id AS usage_id FROM quotas.blocks b
    JOIN access_log.writers w ON w.id = b.holder JOIN quotas.usages u ON u.id = b.usage_id
    WHERE w.closed_at IS NOT NULL
    ORDER BY u.workspace_id, u.key_id, u.meter, u.period, u.starts_at
  LOOP
    PERFORM FROM quotas.usages WHERE id = dead.usage_id FOR NO KEY UPDATE;
    DELETE FROM quotas.blocks WHERE id = dead.block RETURNING granted INTO v_granted;
    CONTINUE WHEN NOT FOUND;
    DELETE FROM quotas.drained WHERE block = dead.block RETURNING amount INTO v_drained;
    UPDATE quotas.usages SET granted = granted - v_granted + coalesce(v_drained, 0) WHERE id = dead.usage_id;
    settled := settled + 1;
  END LOOP;
  RETURN settled;
END $$;

-- What is known to be used: given out, less what instances hold and have not used as far as they told.
CREATE FUNCTION quotas.used(p_usage bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT u.granted - coalesce((SELECT sum(b.granted - b.used) FROM quotas.blocks b WHERE b.usage_id = u.id), 0)::bigint
  FROM quotas.usages u WHERE u.id = p_usage
$$;

-- Which quotas there are is part of what a decision knows of a key.
CREATE FUNCTION quotas.changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM decisions.invalidate('workspace', CASE WHEN TG_OP = 'DELETE' THEN OLD.workspace_id ELSE NEW.workspace_id END);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER quota_changed AFTER INSERT OR UPDATE OR DELETE ON quotas.quotas
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION quotas.changed();
CREATE TRIGGER quotas_emptied AFTER TRUNCATE ON quotas.quotas EXECUTE FUNCTION decisions.all_changed();
