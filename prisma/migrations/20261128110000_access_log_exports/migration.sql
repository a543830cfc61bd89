-- The export of each workspace that is under way: one at a time, in whichever instance. One that isn't renewed has ended.
CREATE TABLE access_log.exports (
  workspace_id  text PRIMARY KEY,
  id            uuid NOT NULL,
  renewed_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
