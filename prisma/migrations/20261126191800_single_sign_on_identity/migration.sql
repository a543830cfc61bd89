-- AlterTable
ALTER TABLE "members" ADD COLUMN     "sso_domain" TEXT,
ADD COLUMN     "sso_issuer" TEXT,
ADD COLUMN     "sso_label" TEXT,
ADD COLUMN     "sso_subject" TEXT;

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "sso_issuer" TEXT,
ADD COLUMN     "sso_subject" TEXT;

-- An identity is recorded with its domain, and whole.
ALTER TABLE "members" ADD CONSTRAINT "members_sso_whole" CHECK (
  ("sso_issuer" IS NULL) = ("sso_subject" IS NULL) AND ("sso_issuer" IS NULL OR "sso_domain" IS NOT NULL));

-- Members who joined by single sign-on before this: the audit log has the domain, and the identity is the one still connected.
UPDATE "members" SET "sso_domain" = "joined"."domain"
FROM (
  SELECT DISTINCT ON ("workspace_id", "actor_id") "workspace_id", "actor_id", "action", "details" ->> 'domain' AS "domain"
  FROM "audit_events" WHERE "action" IN ('member.joined', 'member.joined_by_sso') AND "actor_type" = 'user'
  ORDER BY "workspace_id", "actor_id", "id" DESC
) AS "joined"
WHERE "joined"."action" = 'member.joined_by_sso' AND "members"."workspace_id" = "joined"."workspace_id"
  AND "members"."user_id" = "joined"."actor_id";

UPDATE "members" SET "sso_issuer" = "accounts"."issuer", "sso_subject" = "accounts"."subject", "sso_label" = "accounts"."label"
FROM "accounts"
WHERE "members"."sso_domain" IS NOT NULL AND "accounts"."user_id" = "members"."user_id" AND "accounts"."provider" = 'oidc'
  AND (SELECT count(*) FROM "accounts" AS "all" WHERE "all"."user_id" = "members"."user_id" AND "all"."provider" = 'oidc') = 1;

-- An open session cannot tell which identity signed on: it signs on once more.
UPDATE "sessions" SET "sso_domain" = NULL;
