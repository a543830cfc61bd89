-- New callers of keys whose owners asked to be told by mail (record 035).
ALTER TABLE api_keys ADD COLUMN mail_new_callers boolean NOT NULL DEFAULT false;

-- Whom a mail about a key goes to: its owner or, if the owner can't read mail, the admins of the workspace.
CREATE FUNCTION mail.readers_of(key text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT reader FROM (
    SELECT u.id AS reader, u.id = k.owner_id AS is_owner, bool_or(u.id = k.owner_id) OVER () AS owner_reads
    FROM public.api_keys k
    JOIN public.members m ON m.workspace_id = k.workspace_id AND m.suspended_at IS NULL
    JOIN public.users u ON u.id = m.user_id AND u.email IS NOT NULL AND u.disabled_at IS NULL
    WHERE k.id = key AND (u.id = k.owner_id OR m.role IN ('owner', 'admin'))
  ) readers WHERE is_owner OR NOT owner_reads
$$;

-- What waits for a person's next mail. Written with the caller's first request, deleted with the mail. Has no foreign keys: counting
-- requests must not wait for a change of a key or a person.
CREATE TABLE mail.new_callers (
  user_id   text NOT NULL,
  key_id    text NOT NULL,
  address   text NOT NULL,
  client    text NOT NULL,
  method    text NOT NULL,
  route     text NOT NULL,
  ip        inet,
  first_at  timestamptz NOT NULL,
  PRIMARY KEY (user_id, key_id, address, client)
);

-- When a person's last mail about new callers was queued: one an hour.
CREATE TABLE mail.new_caller_digests (
  user_id    text PRIMARY KEY REFERENCES public.users ON DELETE CASCADE,
  queued_at  timestamptz NOT NULL
);

-- As before, except: a caller of the key that this one replaced is known, and new callers wait for the next mail if the key's owner
-- asked for it. Mails leave out the day after the first request, when everything is new.
CREATE OR REPLACE FUNCTION events.tell_new_callers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  used record;
  caller record;
BEGIN
  -- Nearly every time, all callers are known.
  IF NOT EXISTS (SELECT FROM added) THEN
    RETURN NULL;
  END IF;
  FOR used IN
    SELECT k.id, k.workspace_id, k.environment, k.mail_new_callers, s.subscribed,
      ARRAY(SELECT k.id UNION SELECT p.id FROM public.api_keys p WHERE p.rotated_to_id = k.id) AS with_predecessor
    FROM public.api_keys k
    CROSS JOIN LATERAL (
      SELECT EXISTS (SELECT FROM public.event_subscriptions s WHERE s.workspace_id = k.workspace_id) AS subscribed
    ) s
    WHERE k.id IN (SELECT key_id FROM added WHERE address <> '*') AND (k.mail_new_callers OR s.subscribed)
    ORDER BY k.id
  LOOP
    -- Two instances may count the same caller on different routes. The second one must see what the first one counted.
    PERFORM pg_advisory_xact_lock(hashtextextended('new callers of ' || used.id, 0));
    FOR caller IN
      WITH known AS MATERIALIZED (
        SELECT c.address, c.client, c.first_at FROM access_log.callers c
        WHERE c.key_id = ANY (used.with_predecessor) AND NOT EXISTS (SELECT FROM added a
          WHERE (a.key_id, a.address, a.client, a.method, a.route) = (c.key_id, c.address, c.client, c.method, c.route))
      )
      SELECT n.*, n.first_at > least(n.earliest, (SELECT min(first_at) FROM known)) + interval '1 day' AS is_later FROM (
        SELECT seen.*, min(first_at) OVER () AS earliest,
          row_number() OVER (ORDER BY first_at, address, client) = 1 AND NOT EXISTS (SELECT FROM known) AS is_first
        FROM (
          SELECT DISTINCT ON (address, client) * FROM added WHERE key_id = used.id AND address <> '*'
          ORDER BY address, client, first_at, method, route
        ) seen
        WHERE NOT EXISTS (SELECT FROM known k WHERE (k.address, k.client) = (seen.address, seen.client))
      ) n
      WHERE NOT n.is_first
    LOOP
      IF used.subscribed THEN
        PERFORM events.record(used.workspace_id, 'api_key.new_caller', used.id, used.environment, json_build_object(
          'key', events.key_facts(used.id),
          'caller', json_build_object('address', caller.address, 'client', caller.client, 'method', caller.method,
            'route', caller.route, 'ip', host(caller.last_ip))));
      END IF;
      IF used.mail_new_callers AND caller.is_later THEN
        INSERT INTO mail.new_callers (user_id, key_id, address, client, method, route, ip, first_at)
        SELECT reader, used.id, caller.address, caller.client, caller.method, caller.route, caller.last_ip, caller.first_at
        FROM mail.readers_of(used.id) AS reader
        ON CONFLICT DO NOTHING;
      END IF;
    END LOOP;
  END LOOP;
  RETURN NULL;
END $$;
