-- CreateEnum
CREATE TYPE "ProofKind" AS ENUM ('password', 'passkey', 'authenticator', 'recovery_code', 'identity_provider');

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "proven_by" "ProofKind",
ALTER COLUMN "authenticated_at" DROP NOT NULL;
