-- Gateways count a key's requests by the hour instead of by the minute: nothing that is shown needs
-- less than an hour, and a page reads 48 rows of a gateway instead of 2,880.

-- Gateways that count minutes must be stopped before. One that is started later gets no lease.
-- Survived since 0.1.0: it is refused while a gateway is connected.
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
END $$;

-- From here to the end nobody adds minutes. A worker that is adding them up right now is waited for.
-- Survived since 0.1.0: its dashboards read no usage, and its workers, which roll minutes up, wait.
LOCK TABLE "key_usage" IN ACCESS EXCLUSIVE MODE;

-- Minutes become hours, as the worker would make them after 48 hours. This reads the whole table.
-- Survived since 0.1.0: the gateways that wrote these minutes are stopped and write them no more.
INSERT INTO "key_usage_hours" AS h
  SELECT "key_number", date_trunc('hour', "minute", 'UTC'), sum("accepted"), sum("bad_header_key"), sum("bad_header_signature"),
    sum("ip_not_allowed"), sum("bad_content_format"), sum("unsupported_media_type"), sum("payload_too_large"),
    sum("request_timeout"), sum("bad_request"), sum("unavailable"), sum("other")
  FROM "key_usage" GROUP BY 1, 2
  ON CONFLICT ("key_number", "hour") DO UPDATE SET
    "accepted" = h."accepted" + excluded."accepted",
    "bad_header_key" = h."bad_header_key" + excluded."bad_header_key",
    "bad_header_signature" = h."bad_header_signature" + excluded."bad_header_signature",
    "ip_not_allowed" = h."ip_not_allowed" + excluded."ip_not_allowed",
    "bad_content_format" = h."bad_content_format" + excluded."bad_content_format",
    "unsupported_media_type" = h."unsupported_media_type" + excluded."unsupported_media_type",
    "payload_too_large" = h."payload_too_large" + excluded."payload_too_large",
    "request_timeout" = h."request_timeout" + excluded."request_timeout",
    "bad_request" = h."bad_request" + excluded."bad_request",
    "unavailable" = h."unavailable" + excluded."unavailable",
    "other" = h."other" + excluded."other";
-- Survived since 0.1.0: all of it is in the hours.
TRUNCATE "key_usage";

-- Survived since 0.1.0: until its worker is replaced, its roll-up fails and finds nothing to do later.
ALTER TABLE "key_usage" RENAME COLUMN "minute" TO "hour";
-- Survived since 0.1.0: no statement names it.
ALTER INDEX "key_usage_minute_idx" RENAME TO "key_usage_hour_idx";
-- Survived since 0.1.0: the table is empty, and only gateways of today write it.
ALTER TABLE "key_usage" ADD CONSTRAINT "key_usage_whole_hours" CHECK (extract(epoch FROM "hour")::bigint % 3600 = 0);
