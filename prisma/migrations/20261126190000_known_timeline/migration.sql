-- For how long an instance has known the database's timeline, by its own monotonic clock, as of its latest renewal. A process
-- that has just started learns from it that no failover happened lately, and need not wait out the leases of before one.
ALTER TABLE decisions.instances ADD COLUMN known_ms bigint NOT NULL DEFAULT 0;
