-- From where the accepted requests of a key came, a day and run of a gateway: absolute values, summed on reading. An IPv6 network of 64 bits is one
-- source; of one key a gateway keeps 100 of a day apart and counts the rest as "other".
CREATE TABLE "key_sources" (
    "key_number" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "gateway" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "count" BIGINT NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "flush" BIGINT NOT NULL,

    CONSTRAINT "key_sources_pkey" PRIMARY KEY ("key_number","day","gateway","source")
);

-- CreateIndex
CREATE INDEX "key_sources_day_idx" ON "key_sources"("day");

-- Gateways write and never delete; ON CONFLICT reads what it compares with.
GRANT SELECT, INSERT, UPDATE ON "key_sources" TO countersign_gateway;
-- The dashboard reads; the worker, in the same role, forgets. FOR UPDATE SKIP LOCKED asks for UPDATE.
GRANT SELECT, UPDATE, DELETE ON "key_sources" TO countersign_app;
GRANT SELECT ON "key_sources" TO countersign_support;
