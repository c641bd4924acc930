-- The keys whose secret was sent with a request: few rows, which the worker and the pages ask for.
CREATE INDEX CONCURRENTLY "refusals_secret_sent" ON "refusals" ("key_number", "last_at") WHERE "reason" = 'secret_sent';
