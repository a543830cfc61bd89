-- What members write about a key. No verdict carries it.
ALTER TABLE api_keys ADD COLUMN notes text NOT NULL DEFAULT '';
