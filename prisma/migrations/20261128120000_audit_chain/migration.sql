-- Tamper evidence for the audit log (record 032). Each event gets a seal: an HMAC over the event and the seal before it.
CREATE SCHEMA chains;

-- Random keys, encrypted with ENCRYPTION_KEYS.
CREATE TABLE chains.keys (
  id          text PRIMARY KEY CHECK (id IN ('audit', 'access_log', 'checkpoints')),
  sealed      bytea NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Events that aren't sealed yet. A job seals them, so that no change waits for its workspace's chain.
CREATE TABLE chains.audit_pending (
  event_id  text COLLATE "C" PRIMARY KEY,
  added_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE chains.audit_seals (
  -- The workspace's id; empty for events without a workspace.
  chain     text COLLATE "C" NOT NULL,
  seq       bigint NOT NULL CHECK (seq > 0),
  event_id  text COLLATE "C" NOT NULL UNIQUE,
  mac       bytea NOT NULL,
  PRIMARY KEY (chain, seq)
);

CREATE FUNCTION chains.refuse_seal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'seals are never updated or deleted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_seals_are_final BEFORE UPDATE OR DELETE ON chains.audit_seals
  FOR EACH ROW EXECUTE FUNCTION chains.refuse_seal_change();

CREATE FUNCTION chains.await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO chains.audit_pending (event_id) SELECT id FROM added;
  RETURN NULL;
END $$;

CREATE TRIGGER await_seal AFTER INSERT ON public.audit_events
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION chains.await_seal();

INSERT INTO chains.audit_pending (event_id) SELECT id FROM public.audit_events;
