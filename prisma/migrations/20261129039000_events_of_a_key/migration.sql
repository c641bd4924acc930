-- The events of one key: what the next migration's trigger looks through at each change of it.
CREATE INDEX CONCURRENTLY "audit_events_of_a_key" ON "audit_events" ("api_key_id", "id") WHERE "api_key_id" IS NOT NULL;
