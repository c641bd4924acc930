import { asDatabaseOwner } from "../kit/people/api-keys";

/* What gateways would have written of a key's use. */

/** @param at an SQL expression */
export const lastAccepted = (number: number, at: string) =>
  asDatabaseOwner(
    `INSERT INTO key_last_used (key_number, at, source) VALUES ($1, ${at}, '45.33.32.7')
     ON CONFLICT (key_number) DO UPDATE SET at = excluded.at`,
    [number],
  );

export const acceptedFrom = (number: number, source: string, count: number) =>
  asDatabaseOwner(
    `INSERT INTO key_sources (key_number, day, gateway, source, count, last_at, flush)
     VALUES ($1, now()::date, gen_random_uuid(), $2, $3, now(), 1)`,
    [number, source, count],
  );

export const refused = (number: number, reason: string, source: string, count = 3) =>
  asDatabaseOwner(
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, mistake, looked_at, flush)
     VALUES (gen_random_uuid(), $1, $2, $3, now(), now(), $4, NULL, NULL, 1)`,
    [number, reason, source, count],
  );
