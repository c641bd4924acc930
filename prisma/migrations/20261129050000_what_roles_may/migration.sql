-- No role of the processes makes temporary tables or large objects. The owner of the database takes away the first; the second takes a superuser,
-- and where this is none, the start says what is left.
-- Survived since 0.1.0: no process of it makes either.
DO $$
DECLARE each record;
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  FOR each IN SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND (proname LIKE 'lo\_%' OR proname IN ('loread', 'lowrite'))
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', each.name);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'the roles may still make temporary tables or large objects';
END $$;

-- A look of the support desk: who, in which session, from where, at what. The role that looks says nothing else: no time, no other event, nobody who is
-- not staff and logged in. False where there is no such merchant.
CREATE FUNCTION "record_look"("staff" uuid, "session" uuid, "address" text, "merchant" uuid, "part" text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF part IS NULL OR part NOT IN ('keys', 'members', 'activity') OR address !~ '^[0-9A-Fa-f.:]{2,45}(%[\w.-]{1,16})?$' THEN
    RAISE EXCEPTION 'the support desk records only that it looked' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT FROM public.sessions s JOIN public.users u ON u.id = s.user_id
    WHERE s.id = session AND u.id = staff AND u.staff_role = 'support' AND u.disabled_at IS NULL
      AND s.stage = 'full' AND s.ended_at IS NULL AND s.expires_at > now())
  THEN
    RAISE EXCEPTION 'only a member of staff who is logged in looks' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO public.audit_events (event, actor_kind, actor_id, session_id, address, data, merchant_id)
    SELECT 'support.looked', 'support', staff, session, address, jsonb_build_object('part', part), m.id FROM public.merchants m WHERE m.id = merchant;
  RETURN FOUND;
END $$;

-- Survived since 0.1.0: it is new.
REVOKE EXECUTE ON FUNCTION "record_look"(uuid, uuid, text, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "record_look"(uuid, uuid, text, uuid, text) TO countersign_support;

-- Survived since 0.1.0: by all but its support desk, which records a look by an INSERT, and until it is replaced answers with an error and shows nothing.
REVOKE INSERT ("event", "actor_kind", "actor_id", "merchant_id", "session_id", "address", "data") ON "audit_events" FROM countersign_support;
-- Survived since 0.1.0: nothing else of the support desk's counted.
REVOKE USAGE ON SEQUENCE "audit_events_id_seq" FROM countersign_support;

-- Survived since 0.1.0: it watched the INSERTs of a role that makes none now.
DROP TRIGGER "audit_events_support_looks" ON "audit_events";
-- Survived since 0.1.0: nothing else calls it.
DROP FUNCTION "support_records_only_looks"();
