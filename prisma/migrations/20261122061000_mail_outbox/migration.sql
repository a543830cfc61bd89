-- Mail that is still to be delivered. Outside Prisma's sight: rows come and go within seconds.
CREATE SCHEMA mail;

CREATE TABLE mail.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Recipient, subject and text, sealed under ENCRYPTION_KEYS: the text may hold a one-use link, whose token is nowhere else.
    sealed bytea NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    -- Whoever takes a mail moves this on first, so that no other instance takes it while it is being sent.
    next_attempt_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX outbox_next_attempt_at_idx ON mail.outbox (next_attempt_at);
