-- Counts refused logins of a person: in the event of this hour and source, or in a new one. No other event is ever changed, and no role may change this one
-- otherwise. `reasons` says how many there were of each.
CREATE FUNCTION "count_refused_login"("subject" uuid, "from_address" text, "from_source" text, "reasons" jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  at timestamptz := clock_timestamp();
BEGIN
  IF jsonb_typeof(reasons) IS DISTINCT FROM 'object' OR from_source IS NULL
    OR EXISTS (SELECT FROM jsonb_each(reasons) r WHERE r.key !~ '^[a-z_]{1,40}$' OR r.value::text !~ '^[1-9][0-9]{0,8}$')
  THEN
    RAISE EXCEPTION 'reasons are counted by their codes' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO public.audit_events AS e (event, actor_kind, subject_id, address, data)
  VALUES ('login.refused', 'system', subject, from_address, jsonb_build_object('source', from_source,
    'hour', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24'), 'last', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'reasons', reasons))
  ON CONFLICT (subject_id, (data->>'source'), (data->>'hour')) WHERE event = 'login.refused'
  DO UPDATE SET data = e.data || jsonb_build_object('last', excluded.data->'last', 'reasons', (
    SELECT jsonb_object_agg(key, times) FROM (
      SELECT key, sum(value::bigint) AS times
      FROM (SELECT * FROM jsonb_each_text(e.data->'reasons') UNION ALL SELECT * FROM jsonb_each_text(excluded.data->'reasons')) each
      GROUP BY key) sums));
END $$;

-- Survived since 0.1.0: it is new.
REVOKE EXECUTE ON FUNCTION "count_refused_login"(uuid, text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "count_refused_login"(uuid, text, text, jsonb) TO countersign_app;
