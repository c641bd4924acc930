-- Gateways of versions before 0.3.0 have no row in "gateways", so nobody can know when the last of
-- them has lost its lease: not by its connection, which may have ended a moment ago. One row stands
-- for all of them. It acknowledges nothing, so that every deactivation waits in full. A worker
-- deletes it when none of them has been connected for a minute, after it has taken from them what
-- a lease of theirs is renewed from.

-- What a lease is renewed from: each key, and the transaction that changed it last.
CREATE VIEW "key_changes" AS SELECT "key", "changed_xid" FROM "api_keys";
GRANT SELECT ON "key_changes" TO countersign_gateway;

CREATE FUNCTION "shut_out_earlier_gateways"() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  REVOKE SELECT ("changed_xid") ON "api_keys" FROM countersign_gateway;
END $$;

-- For the tables' owner, before gateways of an earlier version are started again. A row that a
-- worker is about to delete is written anew, and stays.
CREATE FUNCTION "let_in_earlier_gateways"() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO "gateways" ("id", "name", "version", "started")
    VALUES ('00000000-0000-0000-0000-000000000000', 'gateways of earlier versions', 'before 0.3.0', clock_timestamp())
    ON CONFLICT ("id") DO UPDATE SET "seen_at" = clock_timestamp(), "applied" = NULL;
  GRANT SELECT ("changed_xid") ON "api_keys" TO countersign_gateway;
END $$;

-- Survived since 0.1.0: they are new.
REVOKE ALL ON FUNCTION "shut_out_earlier_gateways", "let_in_earlier_gateways" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "shut_out_earlier_gateways" TO countersign_app;

-- Where there is no key yet, no gateway can accept one.
-- Survived since 0.1.0: gateways of it go on, except over a database without keys.
DO $$
BEGIN
  IF EXISTS (SELECT FROM "api_keys") THEN
    PERFORM "let_in_earlier_gateways"();
  ELSE
    PERFORM "shut_out_earlier_gateways"();
  END IF;
END $$;
