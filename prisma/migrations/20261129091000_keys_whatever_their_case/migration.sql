-- Finds the key that a text was meant to be, whatever its case and what is missing at its end.
CREATE INDEX CONCURRENTLY "api_keys_lower_key_idx" ON "api_keys" (lower("key") text_pattern_ops);
