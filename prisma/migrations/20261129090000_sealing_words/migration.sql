-- The same two functions as before, with the sentences an operator reads.
-- Survived since 0.1.0: nobody calls them there.
CREATE OR REPLACE FUNCTION "register_sealing_key"(added integer, public_key bytea, canary bytea, who text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  running integer;
  lacking text[];
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  LOCK TABLE "sealing_keys" IN EXCLUSIVE MODE;
  IF added <= (SELECT max("version") FROM "sealing_keys") THEN
    RAISE EXCEPTION 'Version % is not newer than the newest.', added USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  SELECT count(*), coalesce(array_agg("name" ORDER BY "name") FILTER (WHERE coalesce(sha256(public_key) <> ALL ("opens"), true)), '{}')
    INTO running, lacking FROM "gateways";
  IF lacking <> '{}' THEN
    RAISE EXCEPTION '% of % running % % version %: %. Add it to their SEALING_PRIVATE_KEYS and restart them.', cardinality(lacking), running,
      CASE running WHEN 1 THEN 'gateway' ELSE 'gateways' END, CASE cardinality(lacking) WHEN 1 THEN 'lacks' ELSE 'lack' END, added,
      array_to_string(lacking, ', ') USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO "sealing_keys" ("version", "public_key", "canary") VALUES (added, public_key, canary);
  INSERT INTO "audit_events" ("event", "actor_kind", "data")
    VALUES ('sealing_key.registered', 'operator', jsonb_build_object('version', added, 'operator', who));
END $$;

-- Survived since 0.1.0: nobody calls it there.
CREATE OR REPLACE FUNCTION "remove_sealing_key"(removed integer, who text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  LOCK TABLE "sealing_keys" IN EXCLUSIVE MODE;
  IF removed >= (SELECT max("version") FROM "sealing_keys") THEN
    RAISE EXCEPTION 'Version % is the newest and cannot be removed.', removed USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF EXISTS (SELECT FROM "api_keys" WHERE "key_version" = removed AND "sealed_secret" IS NOT NULL AND "status" <> 'retired') THEN
    RAISE EXCEPTION 'Some secrets are still sealed for version %.', removed USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  DELETE FROM "sealing_keys" WHERE "version" = removed;
  INSERT INTO "audit_events" ("event", "actor_kind", "data")
    VALUES ('sealing_key.removed', 'operator', jsonb_build_object('version', removed, 'operator', who));
END $$;
