ALTER TABLE "api_keys" ADD COLUMN "takes_over" "TakesOver", ADD COLUMN "standby_until" TIMESTAMPTZ(3);
GRANT SELECT ("takes_over", "standby_until") ON "api_keys" TO countersign_app, countersign_gateway, countersign_support;

-- At most one key on standby a merchant, as at most one is active.
-- Survived since 0.1.0: it puts none on standby.
CREATE UNIQUE INDEX "api_keys_one_standby_per_merchant" ON "api_keys" ("merchant_id") WHERE "status" = 'standby';

-- The secret of a key on standby was shown before any activation.
-- Survived since 0.1.0: keys that it makes get their secret with their first activation, as before.
ALTER TABLE "api_keys"
  DROP CONSTRAINT "api_keys_secret_from_first_activation",
  ADD CONSTRAINT "api_keys_secret_from_first_activation" CHECK (
    ("sealed_secret" IS NULL) = ("key_version" IS NULL)
    AND ("sealed_secret" IS NULL) = ("fingerprint" IS NULL)
    AND CASE WHEN "takes_over" IS NULL THEN ("first_activated_at" IS NULL) = ("sealed_secret" IS NULL) ELSE "sealed_secret" IS NOT NULL END) NOT VALID,
  ADD CONSTRAINT "api_keys_made_by_a_rotation" CHECK (
    ("takes_over" IS NULL) = ("standby_until" IS NULL) AND ("status" <> 'standby' OR "takes_over" IS NOT NULL)) NOT VALID,
  ADD CONSTRAINT "api_keys_active_was_activated" CHECK ("status" <> 'active' OR "first_activated_at" IS NOT NULL) NOT VALID;
ALTER TABLE "api_keys" VALIDATE CONSTRAINT "api_keys_secret_from_first_activation", VALIDATE CONSTRAINT "api_keys_made_by_a_rotation",
  VALIDATE CONSTRAINT "api_keys_active_was_activated";

-- Survived since 0.1.0: what it may write it may still write.
CREATE OR REPLACE FUNCTION "refuse_rewriting_a_key"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."key" <> OLD."key" OR NEW."merchant_id" <> OLD."merchant_id" OR NEW."id" <> OLD."id" OR NEW."number" <> OLD."number" THEN
    RAISE EXCEPTION 'a key, its number and its merchant are write-once' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD."sealed_secret" IS NOT NULL AND (
       NEW."fingerprint" IS DISTINCT FROM OLD."fingerprint"
    OR OLD."first_activated_at" IS NOT NULL AND NEW."first_activated_at" IS DISTINCT FROM OLD."first_activated_at"
    OR (NEW."sealed_secret", NEW."key_version", NEW."secret_check") IS DISTINCT FROM (OLD."sealed_secret", OLD."key_version", OLD."secret_check")
       AND public."seals_the_same_secret"(OLD, NEW) IS NOT TRUE) THEN
    RAISE EXCEPTION 'a sealed secret is write-once' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD."status" = 'retired' AND NEW."status" <> 'retired' THEN
    RAISE EXCEPTION 'a retired key never comes back' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

-- A key is on standby from its beginning or never, for seven days, and becomes active through take_over alone, which runs as
-- the tables' owner.
CREATE FUNCTION "hold_standby"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."status" = 'standby' THEN NEW."standby_until" := now() + interval '7 days'; END IF;
    RETURN NEW;
  END IF;
  IF (NEW."takes_over", NEW."standby_until") IS DISTINCT FROM (OLD."takes_over", OLD."standby_until") THEN
    RAISE EXCEPTION 'how and until when a key takes over is write-once' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW."status" = 'standby' AND OLD."status" <> 'standby' THEN
    RAISE EXCEPTION 'a key is on standby from its beginning or never' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD."status" = 'standby' AND (NEW."status" = 'generated' OR NEW."status" = 'active'
     AND NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'public.api_keys'::regclass), 'USAGE')) THEN
    RAISE EXCEPTION 'a key on standby becomes active by taking over' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
-- Survived since 0.1.0: it has no such key.
CREATE TRIGGER "api_keys_hold_standby" BEFORE INSERT OR UPDATE ON "api_keys" FOR EACH ROW EXECUTE FUNCTION "hold_standby"();

-- ---------------------------------------------------------------------------------------------------------------------
-- No event, no change, for rotations
-- ---------------------------------------------------------------------------------------------------------------------

-- The events that tell of a change which is part of a rotation; NULL for any other change, of which "events_that_tell" says it.
CREATE FUNCTION "events_of_rotation"("changed" text, "before" jsonb, "after" jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
  SELECT CASE
    WHEN after->>'status' = 'standby' AND before->>'status' = 'generated'
      AND changed IN ('inserted', 'status', 'allowed_ips', 'sealed_secret', 'key_version', 'secret_check', 'fingerprint', 'takes_over', 'standby_until')
      THEN ARRAY['api_key.rotation_started']
    WHEN before->>'status' = 'standby' AND after->>'status' = 'active' AND changed IN ('status', 'activated_at', 'activated_by')
      THEN ARRAY['api_key.took_over']
    WHEN before->>'status' = 'active' AND after->>'status' = 'inactive' AND after->>'deactivation_reason' = 'rotated'
      AND changed IN ('status', 'deactivated_at', 'deactivated_by', 'deactivation_reason') THEN ARRAY['api_key.took_over']
    WHEN before->>'status' = 'standby' AND after->>'status' = 'inactive' AND changed = 'status' THEN ARRAY['api_key.rotation_expired']
    WHEN before->>'status' = 'standby' AND after->>'status' = 'retired' AND after->>'retirement_reason' = 'cancelled'
      AND changed IN ('status', 'retired_at', 'retired_by', 'retirement_reason') THEN ARRAY['api_key.rotation_cancelled']
  END
$$;

-- Survived since 0.1.0: of its own events it says the same.
CREATE OR REPLACE FUNCTION "mails_that_tell"("event" text) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
  SELECT CASE event
    WHEN 'api_key.generated' THEN ARRAY['key_generated']
    WHEN 'api_key.activated' THEN ARRAY['key_activated']
    WHEN 'api_key.ips_changed' THEN ARRAY['key_ips_changed']
    WHEN 'api_key.deactivated' THEN ARRAY['key_deactivated', 'deactivated_with_password']
    WHEN 'api_key.retired' THEN ARRAY['key_retired', 'key_deactivated', 'deactivated_with_password']
    WHEN 'api_key.rotation_started' THEN ARRAY['key_rotation_started']
    WHEN 'api_key.took_over' THEN ARRAY['key_took_over']
    WHEN 'api_key.rotation_expired' THEN ARRAY['key_rotation_expired']
    WHEN 'api_key.rotation_cancelled' THEN ARRAY['key_rotation_cancelled']
    ELSE ARRAY[]::text[]
  END
$$;

-- Survived since 0.1.0: of its own events it says the same.
CREATE OR REPLACE FUNCTION "addresses_shown"("event" text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
  SELECT CASE event WHEN 'api_key.ips_changed' THEN 'after' ELSE 'allowedIps' END
$$;

-- The events of a key that this transaction recorded, and the take-over by which it was replaced. What tells of addresses must
-- name those that the key has now.
-- Survived since 0.1.0: it finds the same events.
CREATE OR REPLACE FUNCTION "events_of_this_transaction"("key" "api_keys") RETURNS text[] LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT coalesce(array_agg(e.event), ARRAY[]::text[]) FROM (
    SELECT a.event, a.at, a.merchant_id, a.data, a.xmin AS by FROM public.audit_events a WHERE a.api_key_id = key.id
      AND (a.event NOT IN ('api_key.activated', 'api_key.ips_changed', 'api_key.rotation_started', 'api_key.took_over')
        OR to_jsonb(key.allowed_ips) = a.data->public.addresses_shown(a.event))
    UNION ALL
    SELECT a.event, a.at, a.merchant_id, a.data, a.xmin FROM public.audit_events a
      WHERE a.event = 'api_key.took_over' AND a.data->>'replacedId' = key.id::text
  ) e
  WHERE e.by = pg_current_xact_id()::xid AND e.at >= date_trunc('milliseconds', now())
    AND e.merchant_id IS NOT DISTINCT FROM key.merchant_id
    AND jsonb_typeof(e.data) = 'object'
$$;

-- Survived since 0.1.0: of its own events it asks for the same mails.
CREATE OR REPLACE FUNCTION "owners_are_told"("key" "api_keys", "event" text) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS $$
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
      AND o.data->>'merchantId' = key.merchant_id::text
      AND (event <> 'api_key.retired' OR o.template = 'key_retired' OR o.data->>'forGood' = 'true')
      AND CASE WHEN event = 'api_key.took_over' AND o.data->>'replaced' = key.number::text THEN true
        ELSE o.data->>'number' = key.number::text
          AND (event NOT IN ('api_key.activated', 'api_key.ips_changed', 'api_key.rotation_started', 'api_key.took_over')
            OR to_jsonb(key.allowed_ips) = o.data->public.addresses_shown(event)) END
  LOOP
    told := told || mail.recipient;
    letter := mail;
  END LOOP;
  IF told IS NULL THEN RETURN false; END IF;
  INSERT INTO public.outbox (recipient, template, data) SELECT owner, letter.template, letter.data FROM unnest(owners) owner WHERE owner <> ALL (told);
  RETURN true;
END $$;

-- Survived since 0.1.0: of its own changes it asks for the same events.
CREATE OR REPLACE FUNCTION "no_event_no_change"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  after jsonb := to_jsonb(NEW);
  -- An inserted key is one that was generated and then changed into what it is.
  fresh jsonb := '{"status": "generated", "allowed_ips": [], "sealed_secret": null, "key_version": null, "secret_check": null, "fingerprint": null, "first_activated_at": null,
    "activated_by": null, "activated_at": null, "deactivated_by": null, "deactivated_at": null, "deactivation_reason": null, "retired_by": null,
    "retired_at": null, "retirement_reason": null, "secret_received_at": null, "refused_everywhere_at": null, "takes_over": null, "standby_until": null}';
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
    asked := coalesce(public.events_of_rotation(changed, before, after),
      CASE changed WHEN 'inserted' THEN ARRAY['api_key.generated'] ELSE public.events_that_tell(changed, before, after) END);
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

-- ---------------------------------------------------------------------------------------------------------------------
-- One swap
-- ---------------------------------------------------------------------------------------------------------------------

-- Makes a standby key the active one and the active key an inactive one: both, their one event and the Owners' mails, or nothing.
-- It judges under the lock of both rows, so of all who call it at once one swaps and the others find the swap made.
-- "how" is 'first_request', from a gateway that found a request right in all else, or 'owner', from the dashboard, which has asked
-- for a second factor in the same transaction; "actor" is then the user and session.
-- Attacks: a gateway that is in other hands takes over with a key that an Owner wants to wait; a request from an address that was
-- taken away while the gateway still remembered it. It waits for no lock, since a gateway calls it on the connection that it holds its
-- lease on: what is locked is 'busy', and asked for again. The dashboard locks both rows before, in the order of their ids.
-- "outcome" is 'taken'; or the state that the key is in, or why it does not take over, and nothing was changed.
CREATE FUNCTION "take_over"("key" uuid, "how" text, "actor" jsonb, "source" text)
  RETURNS TABLE ("outcome" text, "new_number" integer, "old_id" uuid, "old_number" integer)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  fresh public.api_keys;
  old public.api_keys;
  locked uuid[];
  told jsonb;
BEGIN
  IF how IS NULL OR how NOT IN ('first_request', 'owner') OR (how = 'owner') <> (actor IS NOT NULL)
    OR how = 'owner' AND (session_user = 'countersign_gateway' OR actor->>'userId' IS NULL OR actor->>'sessionId' IS NULL)
    OR how = 'first_request' AND session_user = 'countersign_app' THEN
    RAISE EXCEPTION 'a gateway takes over for a request, and the dashboard for an Owner' USING ERRCODE = 'insufficient_privilege';
  END IF;
  locked := ARRAY(SELECT k.id FROM public.api_keys k
    WHERE k.id = take_over.key OR k.status = 'active' AND k.merchant_id = (SELECT o.merchant_id FROM public.api_keys o WHERE o.id = take_over.key)
    ORDER BY k.id FOR UPDATE SKIP LOCKED);
  SELECT * INTO fresh FROM public.api_keys k WHERE k.id = take_over.key;
  SELECT * INTO old FROM public.api_keys k WHERE k.merchant_id = fresh.merchant_id AND k.status = 'active' AND k.id <> fresh.id;
  new_number := fresh.number;
  outcome := CASE
    WHEN fresh.id IS NULL OR how = 'owner' AND actor->>'merchantId' IS DISTINCT FROM fresh.merchant_id::text THEN 'unknown'
    WHEN fresh.id <> ALL (locked) OR old.id <> ALL (locked) THEN 'busy'
    WHEN fresh.status <> 'standby' THEN fresh.status::text
    WHEN fresh.standby_until <= clock_timestamp() THEN 'expired'
    WHEN how = 'owner' THEN 'taken'
    WHEN fresh.takes_over <> 'first_request' THEN 'manual'
    -- What an Owner stopped, no request starts: nor over a key that an Owner activated after the pair was generated.
    WHEN old.id IS NULL OR old.activated_at > fresh.generated_at THEN 'none_active'
    WHEN fresh.allowed_ips <> '{}' AND NOT EXISTS (SELECT FROM unnest(fresh.allowed_ips) ip WHERE source::inet <<= ip::inet) THEN 'address'
    ELSE 'taken' END;
  IF outcome <> 'taken' THEN
    RETURN NEXT;
    RETURN;
  END IF;
  old_id := old.id;
  old_number := old.number;
  UPDATE public.api_keys k SET status = 'inactive', deactivated_by = (actor->>'userId')::uuid, deactivated_at = clock_timestamp(),
    deactivation_reason = 'rotated', refused_everywhere_at = NULL WHERE k.id = old.id;
  DELETE FROM public.reveals r WHERE r.key_id = old.id;
  UPDATE public.api_keys k SET status = 'active', activated_by = (actor->>'userId')::uuid, activated_at = clock_timestamp(),
    first_activated_at = clock_timestamp() WHERE k.id = fresh.id;
  told := jsonb_build_object('number', fresh.number, 'replaced', old.number, 'how', how, 'allowedIps', fresh.allowed_ips);
  INSERT INTO public.audit_events (event, actor_kind, actor_id, session_id, address, merchant_id, api_key_id, data)
    VALUES ('api_key.took_over', (CASE how WHEN 'owner' THEN 'user' ELSE 'system' END)::public."ActorKind", (actor->>'userId')::uuid,
      (actor->>'sessionId')::uuid, source, fresh.merchant_id, fresh.id,
      jsonb_strip_nulls(told || jsonb_build_object('replacedId', old.id, 'proof', actor->>'proof')));
  INSERT INTO public.outbox (recipient, template, data)
    SELECT u.email, 'key_took_over', told || jsonb_build_object('merchantId', fresh.merchant_id, 'from', source,
        'by', coalesce(actor->>'email', format('a request signed with key %s', fresh.number)))
      FROM public.memberships m JOIN public.users u ON u.id = m.user_id
      WHERE m.merchant_id = fresh.merchant_id AND m.role = 'owner' AND u.disabled_at IS NULL;
  PERFORM pg_notify('countersign_key_changed', '');
  RETURN NEXT;
END $$;

-- Survived since 0.1.0: they are new.
REVOKE EXECUTE ON FUNCTION "events_of_rotation"(text, jsonb, jsonb), "take_over"(uuid, text, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "take_over"(uuid, text, jsonb, text) TO countersign_app, countersign_gateway;
