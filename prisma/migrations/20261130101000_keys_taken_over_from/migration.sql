-- The event of a take-over is one event of two keys: by this the replaced one finds it.
CREATE INDEX CONCURRENTLY "audit_events_of_a_replaced_key" ON "audit_events" (("data"->>'replacedId')) WHERE "event" = 'api_key.took_over';
