-- What an operator has to know before an earlier secret can go (record 039).
CREATE SCHEMA secrets;

-- The ids of the encryption keys that each instance has. The first one encrypts.
CREATE TABLE secrets.instance_keys (
  instance_id  uuid PRIMARY KEY,
  key_ids      text[] NOT NULL CHECK (cardinality(key_ids) > 0)
);

-- When each service token was last used, to within a minute or two. A token has no other row anywhere: SERVICE_TOKENS has its digest. Only
-- the beginning of that is stored, because the whole digest of a weak SERVICE_TOKEN would help to guess it.
CREATE TABLE secrets.service_token_uses (
  label         text COLLATE "C" NOT NULL,
  digest_start  text COLLATE "C" NOT NULL,
  last_used_at  timestamptz NOT NULL,
  PRIMARY KEY (label, digest_start)
);
