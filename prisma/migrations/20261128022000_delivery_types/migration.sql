-- A subscription's deliveries of one type. Without it, the first page of a rare type reads all of them.
CREATE INDEX deliveries_subscription_id_type_id_idx ON events.deliveries (subscription_id, type, id);

-- As before, in 10 µs instead of 26: each event needs one, and each of its deliveries.
CREATE OR REPLACE FUNCTION events.new_id(prefix text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  digits CONSTANT text := '0123456789abcdefghjkmnpqrstvwxyz';
  ms CONSTANT bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
  random CONSTANT bytea := uuid_send(gen_random_uuid());
  id text := prefix || '_';
BEGIN
  FOR place IN 0..9 LOOP
    id := id || substr(digits, (ms >> (45 - 5 * place) & 31)::integer + 1, 1);
  END LOOP;
  FOR place IN 0..15 LOOP
    id := id || substr(digits, (get_byte(random, place) & 31) + 1, 1);
  END LOOP;
  RETURN id;
END $$;
