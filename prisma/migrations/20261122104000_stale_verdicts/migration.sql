-- For how long an instance goes on deciding from memory while it cannot reach the database (STALE_VERDICT_SECONDS).
ALTER TABLE decisions.instances ADD COLUMN stale_ms int NOT NULL DEFAULT 0;
