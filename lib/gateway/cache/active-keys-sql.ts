/**
 * Of the next $2 keys after key $1: those that are active or may become active with a request, and
 * the last key, which is null if there are no more. Reads exactly as many rows as requested.
 */
export const ACTIVE_KEYS = {
  name: "active-keys",
  text: `SELECT max(key) AS last, string_agg(key, ',') FILTER (WHERE status IN ('active', 'standby')) AS active
    FROM (SELECT key, status FROM api_keys WHERE key > $1 ORDER BY key LIMIT $2) page`,
};
