-- Addresses that a key is to be narrowed to. Until report_only_enforce_at a request from elsewhere passes and is marked in the
-- access log; empty if there is none.
ALTER TABLE api_keys
  ADD COLUMN report_only_ips text[] NOT NULL DEFAULT '{}',
  ADD COLUMN report_only_enforce_at timestamptz(3);
CREATE INDEX api_keys_report_only_enforce_at_idx ON api_keys (report_only_enforce_at);

-- Why an allowed request would have been denied.
ALTER TABLE access_log.entries ADD COLUMN would_deny text;
