-- Every run of a gateway that may hold a lease, and the snapshot whose changes it has put into
-- effect: null until it has applied one on this server. A change is acknowledged once that snapshot
-- shows it.
CREATE TABLE "gateways" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "started" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "applied" pg_snapshot,

    CONSTRAINT "gateways_pkey" PRIMARY KEY ("id")
);

-- A gateway writes and deletes its own row, by its id. The dashboard, the worker and the admin
-- command read; the worker deletes rows that gateways left behind.
GRANT SELECT, INSERT, DELETE, UPDATE ("seen_at", "applied") ON "gateways" TO countersign_gateway;
GRANT SELECT, DELETE ON "gateways" TO countersign_app;
