-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "rotated_to_id" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_rotated_to_id_key" ON "api_keys"("rotated_to_id");


