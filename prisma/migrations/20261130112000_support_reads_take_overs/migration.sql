-- The key page of Support says what makes a pair on standby take over, as that of its Owners does.
GRANT EXECUTE ON FUNCTION "takes_over_now"(uuid, timestamptz, "TakesOver") TO countersign_support;
