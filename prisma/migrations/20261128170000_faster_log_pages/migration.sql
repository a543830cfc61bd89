-- The counts of a whole workspace, so that its chart and the most frequent routes and callers don't add up those of all its keys and
-- callers (record 031). Written in the transaction that copies the entries, like the others.
CREATE TABLE access_log.workspace_counts (
  span          text NOT NULL,
  start         timestamptz NOT NULL,
  workspace_id  text NOT NULL,
  -- 'all', by 'route', or by 'caller': its address block and client. Empty texts where the kind doesn't tell. Minutes only of 'all': of
  -- the others there would be nearly as many as entries, and the few minutes at the ends of a range are summed from caller_counts.
  kind          text NOT NULL,
  address       text NOT NULL,
  client        text NOT NULL,
  route         text NOT NULL,
  code          text NOT NULL,
  would_deny    text NOT NULL,
  source        text NOT NULL,
  count         bigint NOT NULL,
  PRIMARY KEY (workspace_id, kind, start, address, client, route, code, would_deny, source, span)
) PARTITION BY LIST (span);
CREATE TABLE access_log.workspace_counts_minute PARTITION OF access_log.workspace_counts FOR VALUES IN ('minute') WITH (fillfactor = 60);
CREATE TABLE access_log.workspace_counts_hour PARTITION OF access_log.workspace_counts FOR VALUES IN ('hour') WITH (fillfactor = 60);
CREATE TABLE access_log.workspace_counts_day PARTITION OF access_log.workspace_counts FOR VALUES IN ('day') WITH (fillfactor = 60);
-- For deleting old counts.
CREATE INDEX workspace_counts_start ON access_log.workspace_counts USING brin (start);

INSERT INTO access_log.workspace_counts (span, start, workspace_id, kind, address, client, route, code, would_deny, source, count)
SELECT span, start, workspace_id, 'all', '', '', '', code, would_deny, source, sum(count)
FROM access_log.key_counts GROUP BY span, start, workspace_id, code, would_deny, source
UNION ALL
SELECT b.span, b.start, b.workspace_id, kind, CASE kind WHEN 'caller' THEN c.address ELSE '' END,
  CASE kind WHEN 'caller' THEN c.client ELSE '' END, CASE kind WHEN 'route' THEN c.route ELSE '' END, b.code, b.would_deny, b.source,
  sum(b.count)
FROM access_log.caller_counts b JOIN access_log.callers c ON c.id = b.caller, unnest(ARRAY['route', 'caller']) AS kind
WHERE c.address <> '*' AND b.span <> 'minute'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- As before, and the counts of workspaces with them.
CREATE OR REPLACE FUNCTION access_log.delete_old_counts(p_retention_days int) RETURNS void LANGUAGE sql AS $$
  DELETE FROM access_log.key_counts_minute WHERE start < clock_timestamp() - interval '8 days';
  DELETE FROM access_log.caller_counts_minute WHERE start < clock_timestamp() - interval '8 days';
  DELETE FROM access_log.workspace_counts_minute WHERE start < clock_timestamp() - interval '8 days';
  DELETE FROM access_log.key_counts_hour WHERE start < clock_timestamp() - make_interval(days => p_retention_days);
  DELETE FROM access_log.caller_counts_hour WHERE start < clock_timestamp() - make_interval(days => p_retention_days);
  DELETE FROM access_log.workspace_counts_hour WHERE start < clock_timestamp() - make_interval(days => p_retention_days);
  DELETE FROM access_log.key_counts_day WHERE start < clock_timestamp() - make_interval(days => greatest(400, p_retention_days));
  DELETE FROM access_log.caller_counts_day WHERE start < clock_timestamp() - make_interval(days => greatest(400, p_retention_days));
  DELETE FROM access_log.workspace_counts_day WHERE start < clock_timestamp() - make_interval(days => greatest(400, p_retention_days));
$$;

-- Lists of a code, however rare it is, without reading the entries between. Most entries are in neither index. Building them locks the
-- log against writing: entries wait on disk.
CREATE INDEX entries_denied ON access_log.entries (workspace_id, code, at, writer, seq) WHERE code <> 'valid';
CREATE INDEX entries_would_deny ON access_log.entries (workspace_id, would_deny, at, writer, seq) WHERE would_deny IS NOT NULL;
