-- When an admin said that the leak of a key is dealt with, and who that was.
ALTER TABLE api_keys ADD COLUMN exposure_settled_at timestamptz(3), ADD COLUMN exposure_settled_by text;

-- The leaks that are still to be dealt with: few, and asked for with each page of keys.
CREATE INDEX api_keys_open_exposures_idx ON api_keys (workspace_id)
  WHERE exposed_at IS NOT NULL AND exposure_settled_at IS NULL;
