CREATE SCHEMA leaks;

-- Reports of leaked keys that were answered and are still to be acted on. A report is stored before it is answered, so that none is
-- lost with a process, and so that the time of the answer doesn't tell what was known.
CREATE TABLE leaks.reports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- [{"hash": SHA-256 of the secret in hexadecimal, "url": where it was found, or null}]
    findings jsonb NOT NULL,
    -- Where the report came from: {"ip", "userAgent", "requestId"}
    origin jsonb NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    -- The instance that takes a report postpones this first, so that no other one takes it.
    next_attempt_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX reports_next_attempt_at_idx ON leaks.reports (next_attempt_at);

-- Where the key was found, if whoever reported it said so.
ALTER TABLE api_keys ADD COLUMN exposed_url text;
