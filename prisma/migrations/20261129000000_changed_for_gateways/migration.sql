-- A change is named to the gateways only where it changes what they read. So what the dashboard writes for itself, above all when a key is refused
-- everywhere, has no gateway read the key again.
-- Survived since 0.1.0: earlier gateways ask for the same stamp, and are told of fewer changes that mean nothing to them.
CREATE OR REPLACE FUNCTION "stamp_changed_xid"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR
    (NEW."id", NEW."key", NEW."number", NEW."merchant_id", NEW."status", NEW."allowed_ips", NEW."sealed_secret", NEW."key_version", NEW."activated_at")
    IS DISTINCT FROM
    (OLD."id", OLD."key", OLD."number", OLD."merchant_id", OLD."status", OLD."allowed_ips", OLD."sealed_secret", OLD."key_version", OLD."activated_at")
  THEN
    NEW."changed_xid" := pg_current_xact_id();
  ELSE
    NEW."changed_xid" := OLD."changed_xid";
  END IF;
  RETURN NEW;
END $$;
