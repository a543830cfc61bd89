-- Permissions that the operator declares, and keys that have some of them.
ALTER TYPE "PermissionLevel" ADD VALUE 'custom';
ALTER TABLE api_keys ADD COLUMN permissions text[] NOT NULL DEFAULT '{}';

-- One row. Each version has a random name, so that a version of another timeline is never taken for it.
CREATE TABLE decisions.permission_catalog (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version      text NOT NULL,
  permissions  jsonb NOT NULL DEFAULT '[]',
  routes       jsonb NOT NULL DEFAULT '[]',
  updated_at   timestamptz(3) NOT NULL DEFAULT now()
);
INSERT INTO decisions.permission_catalog (version) VALUES ('');

-- The access of a name never changes, not even while the name isn't declared: keys keep the names of removed permissions.
CREATE TABLE decisions.permission_names (
  name    text PRIMARY KEY,
  access  text NOT NULL CHECK (access IN ('read', 'write'))
);

-- What instances know of a key includes the catalog.
CREATE CONSTRAINT TRIGGER permission_catalog_changed AFTER UPDATE ON decisions.permission_catalog
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decisions.all_changed();
