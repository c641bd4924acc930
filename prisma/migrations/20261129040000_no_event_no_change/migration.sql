-- No event, no change: whoever writes, no API key is inserted or changed unless the same transaction records the event that tells of it, and puts
-- the mail to every Owner into the outbox where Owners are told. Asked at COMMIT, so that the order of the statements is the writer's own.
-- A superuser can switch triggers off (session_replication_role), and the tables' owner can disable this one; no role of the processes can.

-- Which events tell that a column was changed: any of them will do. Empty: nobody is told. NULL: nothing tells of it, and the change is refused.
CREATE FUNCTION "events_that_tell"("changed" text, "before" jsonb, "after" jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
  SELECT CASE
    WHEN changed = 'status' THEN CASE after->>'status'
      WHEN 'active' THEN ARRAY['api_key.activated'] WHEN 'inactive' THEN ARRAY['api_key.deactivated'] WHEN 'retired' THEN ARRAY['api_key.retired'] END
    WHEN changed IN ('activated_at', 'activated_by') THEN ARRAY['api_key.activated']
    WHEN changed IN ('deactivated_at', 'deactivated_by', 'deactivation_reason') THEN
      CASE WHEN after->>changed IS NULL THEN ARRAY['api_key.activated'] ELSE ARRAY['api_key.deactivated'] END
    WHEN changed IN ('retired_at', 'retired_by', 'retirement_reason') THEN ARRAY['api_key.retired']
    WHEN changed = 'allowed_ips' THEN ARRAY['api_key.ips_changed', 'api_key.activated']
    WHEN changed = 'secret_received_at' THEN ARRAY['api_key.secret_received']
    WHEN changed = 'refused_everywhere_at' AND after->>changed IS NULL THEN ARRAY['api_key.deactivated', 'api_key.activated']
    -- Of a key that was never active there is nothing to tell: no gateway ever accepted it.
    WHEN changed = 'refused_everywhere_at' AND after->>'deactivated_at' IS NULL THEN ARRAY[]::text[]
    WHEN changed = 'refused_everywhere_at' THEN ARRAY['api_key.refused_everywhere']
    WHEN changed IN ('sealed_secret', 'key_version', 'secret_check', 'fingerprint', 'first_activated_at') AND before->>'sealed_secret' IS NULL
      THEN ARRAY['api_key.activated']
    WHEN changed IN ('sealed_secret', 'key_version', 'secret_check') THEN ARRAY['api_key.resealed']
    -- Write-once, which another trigger sees to.
    WHEN changed IN ('fingerprint', 'first_activated_at') THEN ARRAY[]::text[]
    -- Stamped by the database.
    WHEN changed = 'changed_xid' THEN ARRAY[]::text[]
  END
$$;

-- The mails that tell the Owners of an event: any of them will do. Empty: they are not told.
CREATE FUNCTION "mails_that_tell"("event" text) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
  SELECT CASE event
    WHEN 'api_key.generated' THEN ARRAY['key_generated']
    WHEN 'api_key.activated' THEN ARRAY['key_activated']
    WHEN 'api_key.ips_changed' THEN ARRAY['key_ips_changed']
    WHEN 'api_key.deactivated' THEN ARRAY['key_deactivated', 'deactivated_with_password']
    WHEN 'api_key.retired' THEN ARRAY['key_retired', 'key_deactivated', 'deactivated_with_password']
    ELSE ARRAY[]::text[]
  END
$$;

-- Where an event, and the mail about it, name the addresses that people are shown.
CREATE FUNCTION "addresses_shown"("event" text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
  SELECT CASE event WHEN 'api_key.activated' THEN 'allowedIps' ELSE 'after' END
$$;

-- The events of a key that this transaction recorded. What tells of addresses must name those that the key has now. An event that was written under a
-- savepoint is not found, and one of 2^32 transactions ago, whose number comes again, is told by its time.
CREATE FUNCTION "events_of_this_transaction"("key" "api_keys") RETURNS text[] LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT coalesce(array_agg(e.event), ARRAY[]::text[]) FROM public.audit_events e
  WHERE e.api_key_id = key.id AND e.xmin = pg_current_xact_id()::xid AND e.at >= date_trunc('milliseconds', now())
    AND e.merchant_id IS NOT DISTINCT FROM key.merchant_id
    AND jsonb_typeof(e.data) = 'object'
    AND (e.event NOT IN ('api_key.activated', 'api_key.ips_changed') OR to_jsonb(key.allowed_ips) = e.data->public.addresses_shown(e.event))
$$;

-- Whether this transaction tells the merchant's Owners of an event. Who became an Owner since the mails were written gets the same one.
CREATE FUNCTION "owners_are_told"("key" "api_keys", "event" text) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  owners text[] := ARRAY(SELECT u.email FROM public.memberships m JOIN public.users u ON u.id = m.user_id
    WHERE m.merchant_id = key.merchant_id AND m.role = 'owner' AND u.disabled_at IS NULL);
  told text[];
  mail record;
  letter record;
BEGIN
  IF owners = '{}' OR public.mails_that_tell(event) = '{}' THEN RETURN true; END IF;
  FOR mail IN
    SELECT o.recipient, o.template, o.data FROM public.outbox o
    WHERE o.sent_at IS NULL AND o.given_up_at IS NULL AND o.due_at = now()::timestamptz(3) AND o.attempts = 0
      AND o.xmin = pg_current_xact_id()::xid AND o.template = ANY (public.mails_that_tell(event))
      AND o.data->>'number' = key.number::text AND o.data->>'merchantId' = key.merchant_id::text
      AND (event <> 'api_key.retired' OR o.template = 'key_retired' OR o.data->>'forGood' = 'true')
      AND (event NOT IN ('api_key.activated', 'api_key.ips_changed') OR to_jsonb(key.allowed_ips) = o.data->public.addresses_shown(event))
  LOOP
    told := told || mail.recipient;
    letter := mail;
  END LOOP;
  IF told IS NULL THEN RETURN false; END IF;
  INSERT INTO public.outbox (recipient, template, data) SELECT owner, letter.template, letter.data FROM unnest(owners) owner WHERE owner <> ALL (told);
  RETURN true;
END $$;

CREATE FUNCTION "no_event_no_change"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  after jsonb := to_jsonb(NEW);
  -- An inserted key is one that was generated and then changed into what it is.
  fresh jsonb := '{"status": "generated", "allowed_ips": [], "sealed_secret": null, "key_version": null, "secret_check": null, "fingerprint": null, "first_activated_at": null,
    "activated_by": null, "activated_at": null, "deactivated_by": null, "deactivated_at": null, "deactivation_reason": null, "retired_by": null,
    "retired_at": null, "retirement_reason": null, "secret_received_at": null, "refused_everywhere_at": null}';
  before jsonb := CASE TG_OP WHEN 'INSERT' THEN after || fresh ELSE to_jsonb(OLD) END;
  recorded text[];
  asked text[];
  changed text;
  event text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a key is never deleted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  recorded := public.events_of_this_transaction(NEW);
  FOR changed IN SELECT 'inserted' WHERE TG_OP = 'INSERT' UNION ALL SELECT c.key FROM jsonb_each(after) c WHERE c.value IS DISTINCT FROM before->c.key LOOP
    asked := CASE changed WHEN 'inserted' THEN ARRAY['api_key.generated'] ELSE public.events_that_tell(changed, before, after) END;
    CONTINUE WHEN asked = '{}';
    IF asked IS NULL THEN
      RAISE EXCEPTION 'no event tells of a change of api_keys.%', changed USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT asked && recorded THEN
      RAISE EXCEPTION 'key % changed without its event: %', NEW."number", asked[1]
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'api_keys_no_event_no_change', TABLE = 'api_keys', COLUMN = changed;
    END IF;
    FOREACH event IN ARRAY asked LOOP
      CONTINUE WHEN event <> ALL (recorded) OR public.owners_are_told(NEW, event);
      RAISE EXCEPTION 'key % changed without a mail to its Owners: %', NEW."number", (public.mails_that_tell(event))[1]
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'api_keys_no_event_no_change', TABLE = 'api_keys', COLUMN = changed;
    END LOOP;
  END LOOP;
  RETURN NULL;
END $$;

-- Survived since 0.1.0: every operation of it that changes a key records the event and writes the mails in the same transaction.
CREATE CONSTRAINT TRIGGER "api_keys_no_event_no_change" AFTER INSERT OR UPDATE OR DELETE ON "api_keys" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION "no_event_no_change"();

-- What was asked at COMMIT, or before it by SET CONSTRAINTS, stays until then.
CREATE FUNCTION "refuse_unwriting_a_mail"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF EXISTS (SELECT FROM public.outbox o WHERE o.id = OLD.id AND o.xmin = pg_current_xact_id()::xid) THEN
    RAISE EXCEPTION 'a mail is not changed in the transaction that wrote it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
-- Survived since 0.1.0: it changes mails when they are sent, in transactions of their own.
CREATE TRIGGER "outbox_unwriting" BEFORE UPDATE OR DELETE ON "outbox" FOR EACH ROW EXECUTE FUNCTION "refuse_unwriting_a_mail"();

-- Only the trigger asks these.
-- Survived since 0.1.0: they are new.
REVOKE EXECUTE ON FUNCTION "events_that_tell"(text, jsonb, jsonb), "mails_that_tell"(text), "addresses_shown"(text), "events_of_this_transaction"("api_keys"),
  "owners_are_told"("api_keys", text), "no_event_no_change"(), "refuse_unwriting_a_mail"() FROM PUBLIC;

-- An event's number and time are the database's own: no role may give them.
-- Survived since 0.1.0: it names neither.
REVOKE INSERT ON "audit_events" FROM countersign_app;
GRANT INSERT ("event", "actor_kind", "actor_id", "merchant_id", "api_key_id", "subject_id", "session_id", "address", "data")
  ON "audit_events" TO countersign_app;
