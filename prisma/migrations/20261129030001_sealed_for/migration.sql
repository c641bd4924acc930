-- Keys by the version their secret is sealed for, in the order in which they are resealed;
-- status and finish count and look by it.
CREATE INDEX CONCURRENTLY "api_keys_sealed_for" ON "api_keys" ("key_version", "number") WHERE "sealed_secret" IS NOT NULL;
