/**
 * The active ones, and those that may become active with a request, of the next so many keys ($2) after a key ($1), and the last of these; null where there are no more. As many rows are looked at as were
 * asked for, however few of them are active.
 */
export const ACTIVE_KEYS = {
  name: "active-keys",
  text: `SELECT max(key) AS last, string_agg(key, ',') FILTER (WHERE status IN ('active', 'standby')) AS active
    FROM (SELECT key, status FROM api_keys WHERE key > $1 ORDER BY key LIMIT $2) page`,
};
