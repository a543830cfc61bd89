-- The role that a transferred key had before, at most: someone who knows its secret must not gain from a new owner.
ALTER TABLE api_keys ADD COLUMN role_ceiling "Role";
