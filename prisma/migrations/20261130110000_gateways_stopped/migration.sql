-- Deactivations wait for the gateways that have a row in "gateways". Gateways of 0.2.0 and older have
-- none, so they must be stopped before this migration. It refuses to run while any gateway is
-- connected, whatever its connection is called. Then it takes from them for good what they renew
-- their leases from. Gateways of today read the view "key_changes" instead.
-- Survived since 0.1.0: it is refused while a gateway is connected, and nothing else reads the column in that role.
DO $$
DECLARE
  connected text;
BEGIN
  SELECT string_agg(format('%s (process %s)', coalesce(nullif(application_name, ''), 'unnamed'), pid), ', ' ORDER BY pid)
    INTO connected FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'countersign_gateway';
  IF connected IS NOT NULL THEN
    RAISE EXCEPTION 'gateways are connected: %. Stop all gateways, migrate, and then start the new ones', connected
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  REVOKE SELECT ("changed_xid") ON "api_keys" FROM countersign_gateway;
END $$;
