-- A new caller of a key is told of in the transaction that counts it: an address block and client that the key wasn't used with.
-- The first caller of a key isn't news, and callers that are only counted together ('*') can't be told apart.
CREATE FUNCTION events.tell_new_callers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  used record;
BEGIN
  -- Nearly every time, all callers are known.
  IF NOT EXISTS (SELECT FROM added) THEN
    RETURN NULL;
  END IF;
  FOR used IN
    SELECT k.id, k.workspace_id, k.environment FROM public.api_keys k
    WHERE k.id IN (SELECT key_id FROM added WHERE address <> '*')
      AND EXISTS (SELECT FROM public.event_subscriptions s WHERE s.workspace_id = k.workspace_id)
    ORDER BY k.id
  LOOP
    -- Two instances may count the same caller on different routes. The second one must see what the first one counted.
    PERFORM pg_advisory_xact_lock(hashtextextended('new callers of ' || used.id, 0));
    PERFORM events.record(used.workspace_id, 'api_key.new_caller', used.id, used.environment, json_build_object(
      'key', events.key_facts(used.id),
      'caller', json_build_object('address', n.address, 'client', n.client, 'method', n.method, 'route', n.route, 'ip', host(n.last_ip))))
    FROM (
      WITH known AS MATERIALIZED (
        SELECT c.address, c.client FROM access_log.callers c WHERE c.key_id = used.id AND NOT EXISTS (SELECT FROM added a
          WHERE (a.key_id, a.address, a.client, a.method, a.route) = (c.key_id, c.address, c.client, c.method, c.route))
      )
      SELECT seen.*, row_number() OVER (ORDER BY first_at, address, client) = 1 AND NOT EXISTS (SELECT FROM known) AS is_first
      FROM (
        SELECT DISTINCT ON (address, client) * FROM added WHERE key_id = used.id AND address <> '*'
        ORDER BY address, client, first_at, method, route
      ) seen
      WHERE NOT EXISTS (SELECT FROM known k WHERE (k.address, k.client) = (seen.address, seen.client))
    ) n
    WHERE NOT n.is_first;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_new_callers AFTER INSERT ON access_log.callers
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION events.tell_new_callers();

-- As before, except: "may manage keys" is part of the creation or rotation that it is recorded with, not a change of its own.
CREATE OR REPLACE FUNCTION events.types_of(action text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN action IN ('api_key.created', 'api_key.disabled', 'api_key.enabled', 'api_key.rotated', 'api_key.revoked') THEN ARRAY[action]
    WHEN action = 'api_key.exposed' THEN ARRAY['api_key.exposed', 'api_key.revoked']
    WHEN action = 'api_key.manage_granted' THEN ARRAY[]::text[]
    WHEN starts_with(action, 'api_key.') THEN ARRAY['api_key.updated']
    WHEN action = 'workspace.api_access_enabled' THEN ARRAY['api_access.enabled']
    WHEN action = 'workspace.api_access_disabled' THEN ARRAY['api_access.disabled']
    WHEN action IN ('member.added', 'member.service_added', 'member.joined', 'member.joined_by_sso') THEN ARRAY['member.added']
    WHEN action IN ('member.removed', 'member.left') THEN ARRAY['member.removed']
    ELSE ARRAY[]::text[]
  END
$$;

-- As before, except: a member who left has the role that the audit event recorded, and a rotation tells of the new key too.
CREATE OR REPLACE FUNCTION events.tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  event_type text;
  key text := CASE WHEN NEW.target_type = 'api_key' THEN NEW.target_id END;
  -- Who joins is the actor, and the workspace the target. Otherwise the member is the target.
  is_target boolean := NEW.target_type = 'member';
  subject json;
BEGIN
  IF NOT EXISTS (SELECT FROM public.event_subscriptions WHERE workspace_id = NEW.workspace_id) THEN
    RETURN NULL;
  END IF;
  FOREACH event_type IN ARRAY events.types_of(NEW.action) LOOP
    subject := CASE
      WHEN event_type = 'api_key.rotated' THEN
        json_build_object('key', events.key_facts(key), 'newKey', events.key_facts(NEW.details ->> 'successor'))
      WHEN key IS NOT NULL THEN json_build_object('key', events.key_facts(key))
      WHEN starts_with(event_type, 'member.') THEN json_build_object('member', json_build_object(
        'id', CASE WHEN is_target THEN NEW.target_id ELSE NEW.actor_id END,
        'name', CASE WHEN is_target THEN NEW.target_name ELSE NEW.actor_name END,
        'role', NEW.details ->> 'role'))
      ELSE json_build_object('workspace', json_build_object('id', NEW.target_id, 'name', NEW.target_name))
    END;
    PERFORM events.record(NEW.workspace_id, event_type, key, (SELECT k.environment FROM public.api_keys k WHERE k.id = key),
      (SELECT json_object_agg(name, value) FROM (
        SELECT * FROM json_each(subject)
        UNION ALL SELECT 'actor', json_build_object('type', NEW.actor_type, 'id', NEW.actor_id, 'name', NEW.actor_name)
        UNION ALL SELECT 'details', NEW.details::json) fields (name, value)));
  END LOOP;
  RETURN NULL;
END $$;
DROP FUNCTION events.member_facts(text, text, text);
