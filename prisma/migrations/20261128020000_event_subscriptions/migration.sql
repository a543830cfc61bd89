-- Subscriptions to events of a workspace, and the outbox of their deliveries (record 029).
CREATE TYPE "SubscriptionStatus" AS ENUM ('active', 'paused');
CREATE TABLE event_subscriptions (
  id text PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE ON UPDATE CASCADE,
  endpoint_url text NOT NULL,
  event_types text[] NOT NULL,
  key_ids text[] NOT NULL DEFAULT '{}',
  environments text[] NOT NULL DEFAULT '{}',
  sealed_secret bytea NOT NULL,
  sealed_previous_secret bytea,
  previous_secret_expires_at timestamptz(3),
  status "SubscriptionStatus" NOT NULL DEFAULT 'active',
  paused_at timestamptz(3),
  paused_because text,
  created_by_type "CreatorType" NOT NULL,
  created_by_id text NOT NULL,
  owner_id text REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz(3),
  next_probe_at timestamptz(3),
  last_error text
);
CREATE INDEX event_subscriptions_workspace_id_id_idx ON event_subscriptions (workspace_id, id);
CREATE INDEX event_subscriptions_owner_id_idx ON event_subscriptions (owner_id);

-- Outside Prisma's sight, as the other queues are.
CREATE SCHEMA events;

CREATE TABLE events.events (
  id text PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  type text NOT NULL,
  -- What filters compare. Null for an event that isn't about a key.
  key_id text,
  environment text,
  -- The exact body of every request that delivers it: its signature covers these bytes.
  body text NOT NULL
);
CREATE INDEX events_workspace_id_id_idx ON events.events (workspace_id, id);

-- The operator's own events that were sent with an idempotency_key.
CREATE TABLE events.idempotency (
  workspace_id text NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  label text NOT NULL,
  key text NOT NULL,
  body_hash bytea NOT NULL,
  event_id text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (workspace_id, label, key)
);

CREATE TABLE events.deliveries (
  id text PRIMARY KEY,
  subscription_id text NOT NULL REFERENCES public.event_subscriptions (id) ON DELETE CASCADE,
  event_id text NOT NULL,
  type text NOT NULL,
  -- pending, delivered, failed (after a day of attempts), or skipped (by someone who resumed the subscription without it)
  status text NOT NULL DEFAULT 'pending',
  -- While pending. Whoever takes a delivery moves this on first, so that no other instance takes it while it is being sent.
  next_attempt_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- {at, latencyMs, status, error, answer, signature}, oldest first.
  attempts jsonb NOT NULL DEFAULT '[]',
  attempt_count integer NOT NULL DEFAULT 0,
  first_attempt_at timestamptz(3),
  -- Of the last attempt: the HTTP status, or why there is none.
  last_status integer,
  last_error text,
  delivered_at timestamptz(3)
) WITH (fillfactor = 80);
CREATE INDEX deliveries_pending_idx ON events.deliveries (subscription_id, next_attempt_at, id) WHERE status = 'pending';
CREATE INDEX deliveries_subscription_id_id_idx ON events.deliveries (subscription_id, id);
CREATE INDEX deliveries_undelivered_idx ON events.deliveries (subscription_id, status, id) WHERE status <> 'delivered';

-- Counted with the attempts, so that a subscription's day is read without its deliveries.
CREATE TABLE events.hourly_attempts (
  subscription_id text NOT NULL REFERENCES public.event_subscriptions (id) ON DELETE CASCADE,
  hour timestamptz NOT NULL,
  -- Delivered at the first attempt, and at a later one.
  delivered bigint NOT NULL DEFAULT 0,
  retried bigint NOT NULL DEFAULT 0,
  -- Attempts that failed.
  failed bigint NOT NULL DEFAULT 0,
  latency_ms bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (subscription_id, hour)
) WITH (fillfactor = 60);

-- As lib/server/new-id.ts: 48 bits of milliseconds and 80 random ones, so that ids sort by time.
CREATE FUNCTION events.new_id(prefix text) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT prefix || '_' || string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', digit + 1, 1), '' ORDER BY place)
  FROM (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms, uuid_send(gen_random_uuid()) AS random) source,
    LATERAL (
      SELECT place, ((ms >> (45 - 5 * place)) & 31)::integer AS digit FROM generate_series(0, 9) place
      UNION ALL SELECT 10 + byte, get_byte(random, byte) & 31 FROM generate_series(0, 15) byte
    ) digits
$$;

CREATE FUNCTION events.format_time(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Whether one of a subscription's types names an event type. `api_key.*` names every type that begins with `api_key.`.
CREATE FUNCTION events.matches(types text[], type text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT type = ANY (types) OR EXISTS (
    SELECT FROM unnest(types) t WHERE right(t, 1) = '*' AND starts_with(type, left(t, -1)))
$$;

-- Records an event with a delivery for each subscription that asks for it. Call it in the transaction of the change it tells of.
-- A workspace without subscriptions gets no event, unless it is kept anyway. Returns the event's id, or null.
CREATE FUNCTION events.record(
  workspace text, event_type text, key text, key_environment text, data json, keep boolean DEFAULT false
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  event text;
BEGIN
  IF NOT keep AND NOT EXISTS (SELECT FROM public.event_subscriptions s WHERE s.workspace_id = workspace) THEN
    RETURN NULL;
  END IF;
  event := events.new_id('evt');
  INSERT INTO events.events (id, workspace_id, type, key_id, environment, body) VALUES (
    event, workspace, event_type, key, key_environment,
    json_build_object('id', event, 'type', event_type, 'createdAt', events.format_time(clock_timestamp()),
      'workspaceId', workspace, 'data', data)::text);
  INSERT INTO events.deliveries (id, subscription_id, event_id, type)
    SELECT events.new_id('dlv'), s.id, event, event_type FROM public.event_subscriptions s
    WHERE s.workspace_id = workspace AND events.matches(s.event_types, event_type)
      AND (s.key_ids = '{}' OR key = ANY (s.key_ids))
      AND (s.environments = '{}' OR key_environment = ANY (s.environments));
  RETURN event;
END $$;

-- What an event says about a key.
CREATE FUNCTION events.key_facts(key text) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('id', k.id, 'name', k.name, 'prefix', k.prefix, 'suffix', k.suffix, 'environment', k.environment,
    'permissionLevel', k.permission_level, 'permissions', k.permissions, 'ownerId', k.owner_id, 'metadata', k.metadata,
    'createdAt', events.format_time(k.created_at), 'expiresAt', events.format_time(k.expires_at),
    'disabled', k.disabled_at IS NOT NULL, 'revokedAt', events.format_time(k.revoked_at))
  FROM public.api_keys k WHERE k.id = key
$$;

CREATE FUNCTION events.member_facts(workspace text, member text, name text) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('member', json_build_object('id', member, 'name', name, 'role',
    (SELECT role FROM public.members WHERE workspace_id = member_facts.workspace AND user_id = member_facts.member)))
$$;

-- The event types that an audit event means. lib/contracts/event-types.ts describes them.
CREATE FUNCTION events.types_of(action text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN action IN ('api_key.created', 'api_key.disabled', 'api_key.enabled', 'api_key.rotated', 'api_key.revoked') THEN ARRAY[action]
    WHEN action = 'api_key.exposed' THEN ARRAY['api_key.exposed', 'api_key.revoked']
    WHEN starts_with(action, 'api_key.') THEN ARRAY['api_key.updated']
    WHEN action = 'workspace.api_access_enabled' THEN ARRAY['api_access.enabled']
    WHEN action = 'workspace.api_access_disabled' THEN ARRAY['api_access.disabled']
    WHEN action IN ('member.added', 'member.service_added', 'member.joined', 'member.joined_by_sso') THEN ARRAY['member.added']
    WHEN action IN ('member.removed', 'member.left') THEN ARRAY['member.removed']
    ELSE ARRAY[]::text[]
  END
$$;

-- Every change writes an audit event, so this misses none. It runs at COMMIT, when the key is as the change leaves it.
CREATE FUNCTION events.tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  event_type text;
  environment text;
  subject json;
BEGIN
  IF NOT EXISTS (SELECT FROM public.event_subscriptions WHERE workspace_id = NEW.workspace_id) THEN
    RETURN NULL;
  END IF;
  FOREACH event_type IN ARRAY events.types_of(NEW.action) LOOP
    subject := CASE NEW.target_type
      WHEN 'api_key' THEN json_build_object('key', events.key_facts(NEW.target_id))
      WHEN 'workspace' THEN json_build_object('workspace', json_build_object('id', NEW.target_id, 'name', NEW.target_name))
      ELSE '{}' END;
    IF starts_with(event_type, 'member.') THEN
      -- Who joins or leaves is the actor, and the workspace the target.
      subject := events.member_facts(NEW.workspace_id,
        CASE NEW.target_type WHEN 'member' THEN NEW.target_id ELSE NEW.actor_id END,
        CASE NEW.target_type WHEN 'member' THEN NEW.target_name ELSE NEW.actor_name END);
    END IF;
    SELECT k.environment INTO environment FROM public.api_keys k WHERE NEW.target_type = 'api_key' AND k.id = NEW.target_id;
    PERFORM events.record(NEW.workspace_id, event_type,
      CASE WHEN NEW.target_type = 'api_key' THEN NEW.target_id END, environment,
      (SELECT json_object_agg(name, value) FROM (
        SELECT * FROM json_each(subject)
        UNION ALL SELECT 'actor', json_build_object('type', NEW.actor_type, 'id', NEW.actor_id, 'name', NEW.actor_name)
        UNION ALL SELECT 'details', NEW.details::json) fields (name, value)));
  END LOOP;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tell_change AFTER INSERT ON public.audit_events
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.workspace_id IS NOT NULL)
  EXECUTE FUNCTION events.tell_change();
