-- An audit event is written once. Whoever writes through this database role, the program included, cannot change or remove one.
CREATE FUNCTION refuse_audit_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit events are never updated or deleted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_events_are_final BEFORE UPDATE OR DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_event_change();
