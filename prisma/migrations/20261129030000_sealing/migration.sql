-- ---------------------------------------------------------------------------------------------------------------------
-- The keys that secrets are sealed with
-- ---------------------------------------------------------------------------------------------------------------------

-- A version of the sealing key that the gateways hold. The canary is a known text sealed for it:
-- a gateway that does not open it refuses to start.
CREATE TABLE "sealing_keys" (
    "version" INTEGER NOT NULL,
    "public_key" BYTEA NOT NULL,
    "canary" BYTEA NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "sealing_keys_pkey" PRIMARY KEY ("version")
);

-- Which versions each running gateway opens. A row that was not renewed for a minute is a
-- gateway's that is gone.
CREATE TABLE "sealing_holders" (
    "gateway" UUID NOT NULL,
    "versions" INTEGER[] NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "sealing_holders_pkey" PRIMARY KEY ("gateway")
);

-- SHA-256 of the digest whose first 64 bits are the fingerprint: whoever reseals a secret
-- shows the digest, which nobody has who did not open the secret. Null for secrets of earlier
-- versions, of which the fingerprint alone is compared, once.
ALTER TABLE "api_keys" ADD COLUMN "secret_check" BYTEA;

GRANT SELECT ("version", "public_key", "registered_at") ON "sealing_keys" TO countersign_app;
GRANT SELECT ON "sealing_keys", "sealing_holders" TO countersign_gateway;

-- Whether a change of a sealed secret is the same secret, sealed for a newer version. Enforced:
-- who makes it knows the digest of the secret that was there, and the version grows. Not
-- enforced, since the database opens nothing: that the new bytes hold that secret. The gateway
-- opens what it sealed before it hands it over.
CREATE FUNCTION "seals_the_same_secret"(old_key "api_keys", new_key "api_keys") RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  digest bytea := decode(coalesce(current_setting('countersign.secret_digest', true), ''), 'hex');
BEGIN
  -- Of a secret without a check the digest's first 64 bits are all there is to show, and they are its fingerprint, which the dashboard's role reads.
  -- So only what runs as the tables' owner reseals.
  RETURN pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'public.api_keys'::regclass), 'USAGE')
    AND octet_length(digest) = 32
    AND left(encode(digest, 'hex'), 16) = old_key."fingerprint"
    AND coalesce(old_key."secret_check" = sha256(digest), true)
    AND coalesce(new_key."secret_check" = sha256(digest), false)
    AND new_key."sealed_secret" IS NOT NULL
    AND new_key."key_version" > old_key."key_version";
END $$;

-- Survived since 0.1.0: what they may write they may write still.
CREATE OR REPLACE FUNCTION "refuse_rewriting_a_key"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."key" <> OLD."key" OR NEW."merchant_id" <> OLD."merchant_id" OR NEW."id" <> OLD."id" OR NEW."number" <> OLD."number" THEN
    RAISE EXCEPTION 'a key, its number and its merchant are write-once' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD."sealed_secret" IS NOT NULL AND (
       NEW."fingerprint" IS DISTINCT FROM OLD."fingerprint"
    OR NEW."first_activated_at" IS DISTINCT FROM OLD."first_activated_at"
    OR (NEW."sealed_secret", NEW."key_version", NEW."secret_check") IS DISTINCT FROM (OLD."sealed_secret", OLD."key_version", OLD."secret_check")
       AND "seals_the_same_secret"(OLD, NEW) IS NOT TRUE) THEN
    RAISE EXCEPTION 'a sealed secret is write-once' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD."status" = 'retired' AND NEW."status" <> 'retired' THEN
    RAISE EXCEPTION 'a retired key never comes back' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

-- No secret is sealed for a version that no gateway opens: once there is one that is known, any
-- other is refused. The lock lets a version be removed between two activations, and never during
-- one.
CREATE FUNCTION "refuse_a_version_nobody_opens"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW."key_version" IS NULL THEN
    RETURN NEW;
  END IF;
  LOCK TABLE "sealing_keys" IN ROW SHARE MODE;
  IF EXISTS (SELECT FROM "sealing_keys") AND NOT EXISTS (SELECT FROM "sealing_keys" WHERE "version" = NEW."key_version") THEN
    RAISE EXCEPTION 'no gateway opens a secret that is sealed for version %', NEW."key_version" USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
-- Survived since 0.1.0: their version is known from the first gateway of this one on, which
-- registers what its private keys open.
CREATE TRIGGER "api_keys_sealed_for_a_known_version" BEFORE INSERT OR UPDATE OF "key_version" ON "api_keys"
  FOR EACH ROW EXECUTE FUNCTION "refuse_a_version_nobody_opens"();

-- ---------------------------------------------------------------------------------------------------------------------
-- What the gateway's side does with them. Its role writes neither table nor api_keys but by these.
-- ---------------------------------------------------------------------------------------------------------------------

-- By the first gateway: everything its private keys open, where nothing is registered yet.
CREATE FUNCTION "begin_sealing"(versions integer[], public_keys bytea[], canaries bytea[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  LOCK TABLE "sealing_keys" IN EXCLUSIVE MODE;
  IF NOT EXISTS (SELECT FROM "sealing_keys") THEN
    INSERT INTO "sealing_keys" ("version", "public_key", "canary") SELECT * FROM unnest(versions, public_keys, canaries);
  END IF;
END $$;

-- A gateway says what it opens, before it looks which versions it must open: one that starts just
-- now is either seen by whoever registers a version, or sees that version. Whoever was not seen
-- for a minute is forgotten.
CREATE FUNCTION "hold_sealing_keys"(run uuid, opens integer[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  LOCK TABLE "sealing_keys" IN ROW SHARE MODE;
  INSERT INTO "sealing_holders" ("gateway", "versions") VALUES (run, opens)
    ON CONFLICT ("gateway") DO UPDATE SET "versions" = excluded."versions", "seen_at" = clock_timestamp();
  DELETE FROM "sealing_holders" WHERE "seen_at" < clock_timestamp() - interval '1 minute';
END $$;

CREATE FUNCTION "let_go_of_sealing_keys"(run uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ DELETE FROM "sealing_holders" WHERE "gateway" = run $$;

-- From its commit on, dashboards that have the public key seal new secrets with it, and a gateway
-- without the private key does not start.
CREATE FUNCTION "register_sealing_key"(added integer, public_key bytea, canary bytea, who text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  lacking integer;
  running integer;
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  LOCK TABLE "sealing_keys" IN EXCLUSIVE MODE;
  IF added <= (SELECT max("version") FROM "sealing_keys") THEN
    RAISE EXCEPTION 'Version % is not newer than the newest.', added USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  SELECT count(*), count(*) FILTER (WHERE NOT added = ANY ("versions")) INTO running, lacking
    FROM "sealing_holders" WHERE "seen_at" >= clock_timestamp() - interval '1 minute';
  IF lacking > 0 THEN
    RAISE EXCEPTION '% of % running gateways do not hold version %. Give it to them in SEALING_PRIVATE_KEYS, and restart them.', lacking, running, added
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO "sealing_keys" ("version", "public_key", "canary") VALUES (added, public_key, canary);
  INSERT INTO "audit_events" ("event", "actor_kind", "data")
    VALUES ('sealing_key.registered', 'operator', jsonb_build_object('version', added, 'operator', who));
END $$;

-- Reseals secrets that the caller has opened, each with its event, and answers the keys it
-- did: not those whose digest is another secret's, nor those that were resealed meanwhile.
CREATE FUNCTION "reseal_secrets"(ids uuid[], secrets bytea[], digests bytea[], source integer, target integer, who text) RETURNS SETOF uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  each record;
BEGIN
  FOR each IN
    SELECT k."id", k."number", k."merchant_id", given.secret, given.digest
    FROM unnest(ids, secrets, digests) AS given (id, secret, digest) JOIN "api_keys" k ON k."id" = given.id
    WHERE k."key_version" = source AND k."fingerprint" = left(encode(given.digest, 'hex'), 16)
      AND coalesce(k."secret_check" = sha256(given.digest), true)
    ORDER BY k."id" FOR UPDATE OF k
  LOOP
    PERFORM set_config('countersign.secret_digest', encode(each.digest, 'hex'), true);
    INSERT INTO "audit_events" ("event", "actor_kind", "merchant_id", "api_key_id", "data") VALUES ('api_key.resealed', 'operator',
      each.merchant_id, each.id, jsonb_build_object('number', each.number, 'before', source, 'after', target, 'operator', who));
    UPDATE "api_keys" SET "sealed_secret" = each.secret, "key_version" = target, "secret_check" = sha256(each.digest) WHERE "id" = each.id;
    RETURN NEXT each.id;
  END LOOP;
  PERFORM set_config('countersign.secret_digest', '', true);
END $$;

-- A version whose secrets are all resealed goes, and with it all that could be sealed for it.
-- Of keys that are retired a secret that did not open may be left: nothing is checked with it any
-- more.
CREATE FUNCTION "remove_sealing_key"(removed integer, who text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  LOCK TABLE "sealing_keys" IN EXCLUSIVE MODE;
  IF removed >= (SELECT max("version") FROM "sealing_keys") THEN
    RAISE EXCEPTION 'Version % is the newest, and stays.', removed USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF EXISTS (SELECT FROM "api_keys" WHERE "key_version" = removed AND "sealed_secret" IS NOT NULL AND "status" <> 'retired') THEN
    RAISE EXCEPTION 'Secrets are sealed for version % still.', removed USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  DELETE FROM "sealing_keys" WHERE "version" = removed;
  INSERT INTO "audit_events" ("event", "actor_kind", "data")
    VALUES ('sealing_key.removed', 'operator', jsonb_build_object('version', removed, 'operator', who));
END $$;

-- Survived since 0.1.0: nobody calls them yet.
REVOKE ALL ON FUNCTION "begin_sealing", "hold_sealing_keys", "let_go_of_sealing_keys", "register_sealing_key", "reseal_secrets", "remove_sealing_key"
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "begin_sealing", "hold_sealing_keys", "let_go_of_sealing_keys", "register_sealing_key", "reseal_secrets", "remove_sealing_key"
  TO countersign_gateway;
