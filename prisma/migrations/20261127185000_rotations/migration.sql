-- A rotation that can be extended, shortened and canceled: when it began, and the expiry that the old key had before.
ALTER TABLE api_keys ADD COLUMN rotated_at timestamptz(3);
ALTER TABLE api_keys ADD COLUMN expires_at_before_rotation timestamptz(3);
