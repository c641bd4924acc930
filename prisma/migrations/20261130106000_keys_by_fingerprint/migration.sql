-- Finds the key of a secret that was sent with a request.
CREATE INDEX CONCURRENTLY "api_keys_by_fingerprint" ON "api_keys" ("fingerprint") WHERE "fingerprint" IS NOT NULL;
