-- How instances learn that what they know of a key is out of date. Prisma need not see it.
CREATE SCHEMA decisions;

-- One row. Each committed change of a key, member or workspace takes the next epoch, so that epochs are in commit order: the
-- row is locked inside COMMIT and let go after the change is visible. A sequence would not give that.
CREATE TABLE decisions.invalidation_head (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch      bigint NOT NULL DEFAULT 0,
  -- Everything at or below it has left the log: who has not read that far forgets all it knows.
  pruned_to  bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 40);
INSERT INTO decisions.invalidation_head DEFAULT VALUES;

CREATE TABLE decisions.invalidations (
  epoch  bigint NOT NULL,
  scope  text NOT NULL CHECK (scope IN ('key', 'hash', 'member', 'workspace', 'all')),
  id     text NOT NULL,
  at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX invalidations_epoch ON decisions.invalidations (epoch);

-- One row for each process that decides. `applied` says up to which epoch it has forgotten what is out of date; it is the
-- acknowledgement that a revocation waits for.
CREATE TABLE decisions.instances (
  id           uuid PRIMARY KEY,
  incarnation  text NOT NULL,
  renewal      bigint NOT NULL DEFAULT 0,
  applied      bigint NOT NULL DEFAULT 0,
  lease_ms     int NOT NULL CHECK (lease_ms BETWEEN 1 AND 5000)
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Which life of which database this is. After a failover, what was read before it, leases and acknowledgements too, is void.
CREATE FUNCTION decisions.incarnation() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT system_identifier::text || '/' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) FROM pg_control_system()
$$;

-- The first call in a transaction takes its epoch; the setting lives as long as the transaction.
CREATE FUNCTION decisions.invalidate(p_scope text, p_id text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  taken bigint := nullif(current_setting('keyward.epoch', true), '')::bigint;
BEGIN
  IF taken IS NULL THEN
    UPDATE decisions.invalidation_head SET epoch = epoch + 1 RETURNING epoch INTO taken;
    PERFORM set_config('keyward.epoch', taken::text, true);
    -- Only wakes: whoever misses it reads the log a moment later all the same.
    PERFORM pg_notify('keyward_invalidation', '');
  END IF;
  INSERT INTO decisions.invalidations (epoch, scope, id) VALUES (taken, p_scope, p_id);
END $$;

CREATE FUNCTION decisions.key_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM decisions.invalidate('key', OLD.id); END IF;
  -- Somebody may have asked for it before it was there, and the answer "unknown" may be remembered.
  IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.hash <> OLD.hash) THEN
    PERFORM decisions.invalidate('hash', encode(NEW.hash, 'hex'));
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION decisions.member_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM decisions.invalidate('member', OLD.workspace_id || '/' || OLD.user_id); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM decisions.invalidate('member', NEW.workspace_id || '/' || NEW.user_id); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION decisions.workspace_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM decisions.invalidate('workspace', OLD.id);
  RETURN NULL;
END $$;

CREATE FUNCTION decisions.all_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM decisions.invalidate('all', '');
  RETURN NULL;
END $$;

-- Deferred, so that the one row is locked inside COMMIT and no open transaction holds up another.
CREATE CONSTRAINT TRIGGER key_added AFTER INSERT OR DELETE ON api_keys
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decisions.key_changed();
CREATE CONSTRAINT TRIGGER key_changed AFTER UPDATE ON api_keys
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION decisions.key_changed();
CREATE CONSTRAINT TRIGGER member_added AFTER INSERT OR DELETE ON members
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decisions.member_changed();
CREATE CONSTRAINT TRIGGER member_changed AFTER UPDATE ON members
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION decisions.member_changed();
CREATE CONSTRAINT TRIGGER workspace_changed AFTER UPDATE ON workspaces
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION decisions.workspace_changed();
CREATE CONSTRAINT TRIGGER workspace_removed AFTER DELETE ON workspaces
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decisions.workspace_changed();
CREATE TRIGGER keys_emptied AFTER TRUNCATE ON api_keys EXECUTE FUNCTION decisions.all_changed();
CREATE TRIGGER members_emptied AFTER TRUNCATE ON members EXECUTE FUNCTION decisions.all_changed();
CREATE TRIGGER workspaces_emptied AFTER TRUNCATE ON workspaces EXECUTE FUNCTION decisions.all_changed();
