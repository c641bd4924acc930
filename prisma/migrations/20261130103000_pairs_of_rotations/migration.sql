-- The pair of a merchant's last rotation: read with every page of its keys.
CREATE INDEX CONCURRENTLY "api_keys_pairs_of_rotations" ON "api_keys" ("merchant_id", "standby_until") WHERE "takes_over" IS NOT NULL;
