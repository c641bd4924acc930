-- Deactivations under way: few, looked for at every activation and by the worker.
CREATE INDEX CONCURRENTLY "api_keys_deactivating" ON "api_keys" ("merchant_id", "deactivated_at") WHERE "deactivated_at" IS NOT NULL AND "refused_everywhere_at" IS NULL;
