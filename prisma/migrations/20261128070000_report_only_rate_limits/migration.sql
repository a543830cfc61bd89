-- A lower rate limit that a key is to get. Until report_only_enforce_at a request beyond it passes and is marked in the access log.
ALTER TABLE api_keys ADD COLUMN report_only_rate_limit integer;
