-- Whoever asks for more of a quota says how its block stands, as it does when it reports: `p_kept` and `p_used`, both counted from
-- the beginning of the block `p_blocks`. An instance that got no answer to an earlier request knows nothing of what that one gave,
-- so nothing of it was used, and it goes back here. A request for nothing only tells how the block stands.
-- The function with ten arguments stays for instances of the version before.
CREATE FUNCTION quotas.take(
  p_holder uuid, p_word bigint, p_workspaces text[], p_keys text[], p_meters text[], p_periods text[], p_starts timestamptz[],
  p_least bigint[], p_needed bigint[], p_wished bigint[], p_blocks bigint[], p_kept bigint[], p_used bigint[]
) RETURNS TABLE (number int, block bigint, given bigint, total bigint, used bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  instances int := greatest(1, (SELECT count(*) FROM decisions.instances));
  asked record;
  v_usage bigint;
  v_allowance bigint;
  v_left bigint;
  v_given bigint;
  v_kept bigint;
  v_block record;
BEGIN
  FOR asked IN
    SELECT * FROM unnest(p_workspaces, p_keys, p_meters, p_periods, p_starts, p_least, p_needed, p_wished, p_blocks, p_kept, p_used)
      WITH ORDINALITY
      AS a (workspace_id, key_id, meter, period, starts_at, least, needed, wished, block_id, kept, spent, place)
    ORDER BY workspace_id, key_id, meter, period, starts_at
  LOOP
    v_usage := quotas.lock_usage(asked.workspace_id, asked.key_id, asked.meter, asked.period, asked.starts_at);
    CONTINUE WHEN v_usage IS NULL;
    INSERT INTO quotas.blocks AS b (usage_id, holder, word) VALUES (v_usage, p_holder, p_word)
    ON CONFLICT (usage_id, holder) DO UPDATE SET word = p_word WHERE b.word < p_word
    RETURNING b.id, b.granted, b.used INTO v_block;
    -- Overtaken by a later word of the same holder, who no longer waits for this one.
    CONTINUE WHEN v_block.id IS NULL;
    IF v_block.id = asked.block_id THEN
      v_kept := asked.kept;
      v_block.used := asked.spent;
    ELSE
      v_kept := v_block.used;
    END IF;
    SELECT q.allowance INTO v_allowance FROM quotas.quotas q
    WHERE q.workspace_id = asked.workspace_id AND q.key_id = asked.key_id AND q.meter = asked.meter AND q.period = asked.period;
    SELECT v_allowance - (u.granted - v_block.granted + v_kept) INTO v_left FROM quotas.usages u WHERE u.id = v_usage;
    v_given := CASE
      WHEN v_allowance IS NULL THEN greatest(asked.needed, asked.wished)
      WHEN v_left < asked.least THEN 0
      ELSE least(v_left, greatest(asked.needed, least(asked.wished, v_left / (4 * instances))))
    END;
    UPDATE quotas.blocks b SET granted = v_kept + v_given, used = v_block.used WHERE b.id = v_block.id;
    UPDATE quotas.usages u SET granted = u.granted - v_block.granted + v_kept + v_given WHERE u.id = v_usage;
    RETURN QUERY SELECT asked.place::int, v_block.id, v_given, v_kept + v_given, v_block.used;
  END LOOP;
END $$;
