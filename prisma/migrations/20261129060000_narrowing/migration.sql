-- Whether gateways may go by a wider list of addresses than the key's: from the change that takes one
-- away until somebody has waited for them. Until then every change of the list waits.
ALTER TABLE "api_keys" ADD COLUMN "narrowing" BOOLEAN NOT NULL DEFAULT false;
GRANT SELECT ("narrowing") ON "api_keys" TO countersign_app;

-- Nobody is told of it: the list itself has its event and its mails.
-- Survived since 0.1.0: it changes no such column.
CREATE OR REPLACE FUNCTION "events_that_tell"("changed" text, "before" jsonb, "after" jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
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
    -- Stamped by the database, and what is known of its way to the gateways.
    WHEN changed IN ('changed_xid', 'narrowing') THEN ARRAY[]::text[]
  END
$$;
