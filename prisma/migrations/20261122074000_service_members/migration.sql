-- AlterTable
ALTER TABLE "users" ADD COLUMN     "service_of" TEXT,
ALTER COLUMN "email" DROP NOT NULL;

-- A user is a person, who has an address, or a service member, which has nothing that anybody could sign in, be found, be
-- mailed or be led into a workspace with.
ALTER TABLE "users" ADD CONSTRAINT "users_are_people_or_service_members" CHECK (
  CASE WHEN "service_of" IS NULL THEN "email" IS NOT NULL
  ELSE "email" IS NULL AND "password_hash" IS NULL AND "email_verified_at" IS NULL AND "last_workspace_id" IS NULL END
);

-- The triggers below read who is a service member once, when a row is written; so it must never become another answer.
CREATE FUNCTION refuse_service_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a person never becomes a service member, nor a service member a person or another workspace''s'
    USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER service_members_stay BEFORE UPDATE OF "service_of" ON "users"
  FOR EACH ROW WHEN (OLD.service_of IS DISTINCT FROM NEW.service_of) EXECUTE FUNCTION refuse_service_change();

-- A service member is in its own workspace and in no other, and never its owner.
CREATE FUNCTION refuse_service_member_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM users WHERE id = NEW.user_id AND service_of IS NOT NULL
             AND (service_of <> NEW.workspace_id OR NEW.role = 'owner')) THEN
    RAISE EXCEPTION 'a service member belongs to one workspace, and does not own it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER service_members_stay BEFORE INSERT OR UPDATE ON "members"
  FOR EACH ROW EXECUTE FUNCTION refuse_service_member_elsewhere();

-- Nothing of what a person signs in, is recognised or comes back with can hang from a service member. A table with a user_id
-- that comes later gets this trigger in its own migration (lib/server/workspaces/members/service-members.test.ts fails without it).
CREATE FUNCTION refuse_service_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM users WHERE id = NEW.user_id AND service_of IS NOT NULL) THEN
    RAISE EXCEPTION 'a service member has no row in %', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

DO $$
DECLARE
  holder regclass;
BEGIN
  FOR holder IN
    SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'members'
  LOOP
    EXECUTE format('CREATE TRIGGER people_only BEFORE INSERT OR UPDATE OF user_id ON %s
      FOR EACH ROW EXECUTE FUNCTION refuse_service_member()', holder);
  END LOOP;
END $$;
