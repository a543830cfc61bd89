-- Rate limits change over from Redis to PostgreSQL and back (docs/decisions/015-shared-limits.md). Prisma need not see any of it.
-- An instance of an older version leaves both empty: it can't change over.
ALTER TABLE decisions.instances
  -- The store that knows every use this instance allowed in the last window. Grants are taken while all live instances name the same.
  ADD COLUMN limit_store text CHECK (limit_store IN ('redis', 'postgres')),
  -- Whether this instance may count uses in Redis. One that may not keeps all of them in PostgreSQL.
  ADD COLUMN redis_ready boolean;
