-- Ids that the operator's own system gives to workspaces and members, and data of its own about keys.
ALTER TABLE workspaces ADD COLUMN external_id text UNIQUE CHECK (external_id ~ '^[!-~]{1,200}$');
ALTER TABLE members ADD COLUMN external_id text CHECK (external_id ~ '^[!-~]{1,200}$');
ALTER TABLE members ADD COLUMN contact_email text;
CREATE UNIQUE INDEX members_external_id ON members (workspace_id, external_id);
ALTER TABLE api_keys ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}';
