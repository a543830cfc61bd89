-- When a key was reported as leaked. It was revoked in the same transaction.
ALTER TABLE api_keys ADD COLUMN exposed_at timestamptz(3);
