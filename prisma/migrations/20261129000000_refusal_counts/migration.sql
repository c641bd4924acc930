-- An entry of the ledger counts for as long as it is not idle for an hour: 4,000 refusals a second pass an INTEGER in six days, and from then on the
-- gateway could write nothing down.
-- Survived since 0.1.0: gateways hand over integers, which go in as before, and nothing reads these columns. The table holds 1,000 rows a key at the most.
ALTER TABLE "refusals" ALTER COLUMN "count" TYPE BIGINT, ALTER COLUMN "flush" TYPE BIGINT;
