-- Anyone can try to sign in as anyone, so refused attempts are counted instead of listed: one row per account, address block
-- (/24 of IPv4, /64 of IPv6) and quarter of an hour.
CREATE TABLE access_log.refused_sign_ins (
  -- Empty where no account has the email that was typed: such rows are the operator's.
  user_id     text NOT NULL,
  -- 0.0.0.0/0 where the address is not known.
  block       cidr NOT NULL,
  window_at   timestamptz NOT NULL,
  seq         bigint GENERATED ALWAYS AS IDENTITY,
  attempts    bigint NOT NULL DEFAULT 1,
  first_at    timestamptz NOT NULL,
  last_at     timestamptz NOT NULL,
  -- Each reason once, the latest last.
  codes       text[] NOT NULL,
  -- Of the latest attempt.
  status      smallint NOT NULL,
  request_id  text NOT NULL,
  ip          inet,
  user_agent  text,
  PRIMARY KEY (user_id, block, window_at)
) WITH (fillfactor = 60);

CREATE INDEX refused_sign_ins_user ON access_log.refused_sign_ins (user_id, first_at, seq);
CREATE INDEX refused_sign_ins_first ON access_log.refused_sign_ins (first_at);
