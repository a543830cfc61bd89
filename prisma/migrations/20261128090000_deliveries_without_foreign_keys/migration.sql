-- A foreign key makes each event lock the row of its workspace, and each delivery that of its subscription, until COMMIT. A
-- subscription or workspace that is being changed or deleted could then hold up a revocation or the copying of the access log, or make
-- them fail. Deliveries of a subscription that is gone are never sent. A job deletes what is left of it, and of workspaces.
ALTER TABLE events.events DROP CONSTRAINT events_workspace_id_fkey;
ALTER TABLE events.idempotency DROP CONSTRAINT idempotency_workspace_id_fkey;
ALTER TABLE events.deliveries DROP CONSTRAINT deliveries_subscription_id_fkey;
ALTER TABLE events.hourly_attempts DROP CONSTRAINT hourly_attempts_subscription_id_fkey;

CREATE INDEX idempotency_created_at_idx ON events.idempotency (created_at);
