-- Where each key is used, counted with the entries: written in the transaction that copies them (record 026).
-- At most 200 rows a key. The rest are counted in one row whose address is '*'.
CREATE TABLE access_log.callers (
  key_id    text NOT NULL,
  -- The /24 or /64 of the address; empty if unknown.
  address   text NOT NULL,
  -- The product that the user agent names; empty if none.
  client    text NOT NULL,
  method    text NOT NULL,
  -- The first two segments of the path, ids replaced.
  route     text NOT NULL,
  first_at  timestamptz NOT NULL,
  last_at   timestamptz NOT NULL,
  -- The last whole address.
  last_ip   inet,
  allowed   bigint NOT NULL DEFAULT 0,
  denied    bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (key_id, address, client, method, route)
) WITH (fillfactor = 60);
