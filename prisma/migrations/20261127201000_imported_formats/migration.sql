-- An import adds formats of secrets. Instances read them again when they hear that everything changed.
CREATE CONSTRAINT TRIGGER key_format_added AFTER INSERT ON key_formats
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decisions.all_changed();
