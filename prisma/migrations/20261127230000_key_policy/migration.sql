-- What keys of the workspace must meet when they are made or changed. Existing keys may not meet it.
ALTER TABLE workspaces ADD COLUMN key_policy jsonb;
