-- Indexes of the log that cost less to write (record 031). Building them locks the log against writing: entries wait on disk.

-- Looked up only by the whole id, in no order. Half as expensive as a B-tree of texts.
DROP INDEX access_log.entries_request;
CREATE INDEX entries_request ON access_log.entries USING hash (request_id);

-- Owners are found by their keys, so only sign-ins are looked up by person.
DROP INDEX access_log.entries_user;
CREATE INDEX entries_user ON access_log.entries (user_id, at, writer, seq) WHERE kind = 'sign_in';

-- For deleting old counts.
CREATE INDEX key_counts_start ON access_log.key_counts USING brin (start);
CREATE INDEX caller_counts_start ON access_log.caller_counts USING brin (start);
