-- AlterTable
ALTER TABLE "users" ADD COLUMN     "theme" TEXT,
ADD COLUMN     "time_zone" TEXT;

-- CreateTable
CREATE TABLE "user_pictures" (
    "user_id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "webp" BYTEA NOT NULL,

    CONSTRAINT "user_pictures_pkey" PRIMARY KEY ("user_id")
);

-- AddForeignKey
ALTER TABLE "user_pictures" ADD CONSTRAINT "user_pictures_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;


