-- As before, but all keys are locked, in the order of their ids, before the first one is changed. Of more than ten keys the later
-- ones were locked after that. An activation of one of those then waited for the changed active key, and the resealing for it.
-- Survived since 0.1.0: nobody calls it there.
CREATE OR REPLACE FUNCTION "reseal_secrets"(ids uuid[], secrets bytea[], digests bytea[], source integer, target integer, who text) RETURNS SETOF uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  each record;
BEGIN
  PERFORM FROM "api_keys" k WHERE k."id" = ANY (ids) ORDER BY k."id" FOR UPDATE;
  FOR each IN
    SELECT k."id", k."number", k."merchant_id", given.secret, given.digest
    FROM unnest(ids, secrets, digests) AS given (id, secret, digest) JOIN "api_keys" k ON k."id" = given.id
    WHERE k."key_version" = source AND k."fingerprint" = left(encode(given.digest, 'hex'), 16)
      AND coalesce(k."secret_check" = sha256(given.digest), true)
  LOOP
    PERFORM set_config('countersign.secret_digest', encode(each.digest, 'hex'), true);
    INSERT INTO "audit_events" ("event", "actor_kind", "merchant_id", "api_key_id", "data") VALUES ('api_key.resealed', 'operator',
      each.merchant_id, each.id, jsonb_build_object('number', each.number, 'before', source, 'after', target, 'operator', who));
    UPDATE "api_keys" SET "sealed_secret" = each.secret, "key_version" = target, "secret_check" = sha256(each.digest) WHERE "id" = each.id;
    RETURN NEXT each.id;
  END LOOP;
  PERFORM set_config('countersign.secret_digest', '', true);
END $$;
