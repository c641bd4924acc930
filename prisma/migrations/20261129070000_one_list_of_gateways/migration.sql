-- Which sealing keys a gateway opens, by the SHA-256 of their public keys (SPKI DER); null of one
-- that did not say. So the list of gateways that deactivations wait for is also the list that a new
-- sealing key waits for.
ALTER TABLE "gateways" ADD COLUMN "opens" BYTEA[];

-- What a gateway reads after it has written its row: whoever registers a version has either seen
-- that row, or is waited for here.
CREATE FUNCTION "registered_sealing_keys"() RETURNS SETOF "sealing_keys"
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  LOCK TABLE "sealing_keys" IN ROW SHARE MODE;
  RETURN QUERY SELECT * FROM "sealing_keys" ORDER BY "version";
END $$;
-- Survived since 0.1.0: it is new.
REVOKE ALL ON FUNCTION "registered_sealing_keys" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "registered_sealing_keys" TO countersign_gateway;

-- From its commit on, dashboards that have the public key seal new secrets with it, and a gateway
-- without the private key does not start. A gateway that has another key of that number lacks it.
-- Survived since 0.1.0: nobody calls it there.
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
    RAISE EXCEPTION '% of % running gateways do not hold version %. Give it to them in SEALING_PRIVATE_KEYS, and restart them: %.',
      cardinality(lacking), running, added, array_to_string(lacking, ', ') USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO "sealing_keys" ("version", "public_key", "canary") VALUES (added, public_key, canary);
  INSERT INTO "audit_events" ("event", "actor_kind", "data")
    VALUES ('sealing_key.registered', 'operator', jsonb_build_object('version', added, 'operator', who));
END $$;

-- Survived since 0.1.0: nobody calls them there.
DROP FUNCTION "hold_sealing_keys"(uuid, integer[]);
-- Survived since 0.1.0: nobody calls it there.
DROP FUNCTION "let_go_of_sealing_keys"(uuid);
-- Survived since 0.1.0: nobody reads it there.
DROP TABLE "sealing_holders";
