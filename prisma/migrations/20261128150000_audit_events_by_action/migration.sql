-- The filter by action otherwise reads a workspace's whole audit log for an action that is rare.
CREATE INDEX "audit_events_workspace_id_action_id_idx" ON "audit_events"("workspace_id", "action", "id");
