-- ---------------------------------------------------------------------------------------------------------------------
-- Usage
-- ---------------------------------------------------------------------------------------------------------------------

-- None of these tables refers to api_keys by a foreign key: keys are never deleted, and one row that points nowhere would keep a gateway from
-- writing down everybody else's.

-- What became of a key's requests, a row a minute and running gateway. The values are absolute and a gateway writes only its own rows: a statement
-- whose answer was lost is sent again and counts nothing twice, and two gateways never wait for each other.
CREATE TABLE "key_usage" (
    "key_number" INTEGER NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "gateway" UUID NOT NULL,
    "flush" INTEGER NOT NULL,
    "accepted" INTEGER NOT NULL,
    "bad_header_key" INTEGER NOT NULL,
    "bad_header_signature" INTEGER NOT NULL,
    "ip_not_allowed" INTEGER NOT NULL,
    "bad_content_format" INTEGER NOT NULL,
    "unsupported_media_type" INTEGER NOT NULL,
    "payload_too_large" INTEGER NOT NULL,
    "request_timeout" INTEGER NOT NULL,
    "bad_request" INTEGER NOT NULL,
    "unavailable" INTEGER NOT NULL,
    "other" INTEGER NOT NULL,

    CONSTRAINT "key_usage_pkey" PRIMARY KEY ("key_number","minute","gateway")
);

-- The same, an hour and all gateways together: what minutes become after 48 hours.
CREATE TABLE "key_usage_hours" (
    "key_number" INTEGER NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "accepted" BIGINT NOT NULL,
    "bad_header_key" BIGINT NOT NULL,
    "bad_header_signature" BIGINT NOT NULL,
    "ip_not_allowed" BIGINT NOT NULL,
    "bad_content_format" BIGINT NOT NULL,
    "unsupported_media_type" BIGINT NOT NULL,
    "payload_too_large" BIGINT NOT NULL,
    "request_timeout" BIGINT NOT NULL,
    "bad_request" BIGINT NOT NULL,
    "unavailable" BIGINT NOT NULL,
    "other" BIGINT NOT NULL,

    CONSTRAINT "key_usage_hours_pkey" PRIMARY KEY ("key_number","hour")
);

-- The last accepted request of a key. The one row that gateways share: each statement takes these in the order of their keys.
CREATE TABLE "key_last_used" (
    "key_number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "key_last_used_pkey" PRIMARY KEY ("key_number")
);

-- The ledger: one gateway's entry for a key, a reason and a source, until it was idle for an hour. The id is the gateway's, so the count is absolute
-- here too, and an entry that begins anew adds to the ones before it when they are summed. Without a key: keys that do not exist.
CREATE TABLE "refusals" (
    "id" UUID NOT NULL,
    "key_number" INTEGER,
    "reason" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "mistake" TEXT,
    "flush" INTEGER NOT NULL,

    CONSTRAINT "refusals_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "key_usage_minute_idx" ON "key_usage"("minute");

-- CreateIndex
CREATE INDEX "key_usage_hours_hour_idx" ON "key_usage_hours"("hour");

-- CreateIndex
CREATE INDEX "refusals_key_number_last_at_idx" ON "refusals"("key_number", "last_at");

-- CreateIndex
CREATE INDEX "refusals_last_at_idx" ON "refusals"("last_at");

-- Gateways write and never delete; ON CONFLICT reads what it compares with.
GRANT SELECT, INSERT, UPDATE ON "key_usage", "key_last_used", "refusals" TO countersign_gateway;

-- The dashboard reads; the worker, in the same role, rolls minutes up into hours and forgets. FOR UPDATE SKIP LOCKED asks for UPDATE.
GRANT SELECT, UPDATE, DELETE ON "key_usage", "refusals" TO countersign_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "key_usage_hours" TO countersign_app;
GRANT SELECT ON "key_last_used" TO countersign_app;

GRANT SELECT ON "key_usage", "key_usage_hours", "key_last_used", "refusals" TO countersign_support;
