-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "sso_domain" TEXT;

-- CreateTable
CREATE TABLE "workspace_domains" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "proven_domain" TEXT,
    "require_sso" BOOLEAN NOT NULL DEFAULT false,
    "default_role" "Role" NOT NULL DEFAULT 'member',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_domains_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "workspace_domains_proven_domain_key" ON "workspace_domains"("proven_domain");

-- CreateIndex
CREATE UNIQUE INDEX "workspace_domains_workspace_id_domain_key" ON "workspace_domains"("workspace_id", "domain");

-- AddForeignKey
ALTER TABLE "workspace_domains" ADD CONSTRAINT "workspace_domains_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;


