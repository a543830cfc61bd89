-- Set by the operator: the person can't sign in, and every session has ended. Their memberships are suspended at the same moment.
ALTER TABLE "users" ADD COLUMN "disabled_at" TIMESTAMPTZ(3);
