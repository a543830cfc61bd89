-- A mail about a key's coming expiry, queued in the same transaction. The primary key lets each be sent once, by whichever instance.
CREATE TABLE api_key_reminders (
  key_id      text NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- The expiry that it told of. A moved expiry is told of again.
  expires_at  timestamptz(3) NOT NULL,
  kind        text NOT NULL,
  queued_at   timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (key_id, expires_at, kind)
);

-- For the job that looks for keys that are about to expire.
CREATE INDEX api_keys_expires_at_idx ON api_keys (expires_at);
