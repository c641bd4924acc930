-- Survived since 0.1.0: gateways hand over integers, which go in as before, and the worker adds them up into columns that are BIGINT already. While the
-- table is written anew (48 hours of minutes), gateways keep what they count, and write it afterwards.
ALTER TABLE "key_usage"
    ALTER COLUMN "flush" TYPE BIGINT,
    ALTER COLUMN "accepted" TYPE BIGINT,
    ALTER COLUMN "bad_header_key" TYPE BIGINT,
    ALTER COLUMN "bad_header_signature" TYPE BIGINT,
    ALTER COLUMN "ip_not_allowed" TYPE BIGINT,
    ALTER COLUMN "bad_content_format" TYPE BIGINT,
    ALTER COLUMN "unsupported_media_type" TYPE BIGINT,
    ALTER COLUMN "payload_too_large" TYPE BIGINT,
    ALTER COLUMN "request_timeout" TYPE BIGINT,
    ALTER COLUMN "bad_request" TYPE BIGINT,
    ALTER COLUMN "unavailable" TYPE BIGINT,
    ALTER COLUMN "other" TYPE BIGINT;
