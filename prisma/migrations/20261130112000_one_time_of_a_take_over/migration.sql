-- Makes a standby key the active one and the active key an inactive one: both, their one event and the Owners' mails, or nothing.
-- It judges under the lock of both rows, so of all who call it at once one swaps and the others find the swap made.
-- "how" is 'first_request', from a gateway that found a request right in all else, or 'owner', from the dashboard, which has asked
-- for a second factor in the same transaction; "actor" is then the user and session.
-- Attacks: a gateway that is in other hands takes over with a key that an Owner wants to wait; a request from an address that was
-- taken away while the gateway still remembered it. It waits for no lock, since a gateway calls it on the connection that it holds its
-- lease on: what is locked is 'busy', and asked for again. The dashboard locks both rows before, in the order of their ids.
-- "outcome" is 'taken'; or the state that the key is in, or why it does not take over, and nothing was changed.
-- One take-over has one time, which both keys, the event and the mails have.
-- Survived since 0.1.0: it takes over with nothing.
CREATE OR REPLACE FUNCTION "take_over"("key" uuid, "how" text, "actor" jsonb, "source" text)
  RETURNS TABLE ("outcome" text, "new_number" integer, "old_id" uuid, "old_number" integer)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  fresh public.api_keys;
  old public.api_keys;
  locked uuid[];
  told jsonb;
  moment timestamptz(3);
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
    WHEN public.status_now(fresh.status, fresh.standby_until) <> 'standby' THEN 'expired'
    WHEN how = 'owner' THEN 'taken'
    WHEN public.takes_over_now(fresh.merchant_id, fresh.generated_at, fresh.takes_over) <> 'first_request' THEN 'manual'
    WHEN fresh.allowed_ips <> '{}' AND NOT EXISTS (SELECT FROM unnest(fresh.allowed_ips) ip WHERE source::inet <<= ip::inet) THEN 'address'
    ELSE 'taken' END;
  IF outcome <> 'taken' THEN
    RETURN NEXT;
    RETURN;
  END IF;
  moment := clock_timestamp();
  old_id := old.id;
  old_number := old.number;
  UPDATE public.api_keys k SET status = 'inactive', deactivated_by = (actor->>'userId')::uuid, deactivated_at = moment,
    deactivation_reason = 'rotated', refused_everywhere_at = NULL WHERE k.id = old.id;
  DELETE FROM public.reveals r WHERE r.key_id = old.id;
  UPDATE public.api_keys k SET status = 'active', activated_by = (actor->>'userId')::uuid, activated_at = moment,
    first_activated_at = moment WHERE k.id = fresh.id;
  told := jsonb_build_object('number', fresh.number, 'replaced', old.number, 'how', how, 'allowedIps', fresh.allowed_ips);
  INSERT INTO public.audit_events (at, event, actor_kind, actor_id, session_id, address, merchant_id, api_key_id, data)
    VALUES (moment, 'api_key.took_over', (CASE how WHEN 'owner' THEN 'user' ELSE 'system' END)::public."ActorKind", (actor->>'userId')::uuid,
      (actor->>'sessionId')::uuid, source, fresh.merchant_id, fresh.id,
      jsonb_strip_nulls(told || jsonb_build_object('replacedId', old.id, 'proof', actor->>'proof')));
  INSERT INTO public.outbox (created_at, recipient, template, data)
    SELECT moment, u.email, 'key_took_over', told || jsonb_build_object('merchantId', fresh.merchant_id, 'from', source,
        'by', coalesce(actor->>'email', format('a request signed with key %s', fresh.number)))
      FROM public.memberships m JOIN public.users u ON u.id = m.user_id
      WHERE m.merchant_id = fresh.merchant_id AND m.role = 'owner' AND u.disabled_at IS NULL;
  PERFORM pg_notify('countersign_key_changed', '');
  RETURN NEXT;
END $$;
