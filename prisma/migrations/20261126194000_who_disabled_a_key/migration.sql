-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN "disabled_by_admin" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "disabled_by_id" TEXT,
ADD COLUMN "disabled_by_type" "CreatorType";

-- For keys that are disabled already, the audit log knows by whom.
UPDATE api_keys SET
  disabled_by_type = event.actor_type::text::"CreatorType",
  disabled_by_id = event.actor_id,
  disabled_by_admin = CASE event.actor_type
    WHEN 'user' THEN event.actor_id <> api_keys.owner_id
    WHEN 'key' THEN api_keys.owner_id IS DISTINCT FROM (SELECT owner_id FROM api_keys AS caller WHERE caller.id = event.actor_id)
    ELSE true
  END
FROM (
  SELECT DISTINCT ON (target_id) target_id, actor_type, actor_id FROM audit_events
  WHERE action = 'api_key.disabled' ORDER BY target_id, id DESC
) AS event
WHERE event.target_id = api_keys.id AND api_keys.disabled_at IS NOT NULL;
