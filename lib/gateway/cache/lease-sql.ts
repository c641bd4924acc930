/** What a gateway asks on its one connection. */
export const READ_KEYS = {
  name: "read-keys",
  text: `SELECT k.id, k.key, k.number, k.merchant_id AS "merchantId", m.name AS "merchantName", k.allowed_ips AS "allowedIps",
      k.sealed_secret AS sealed, k.key_version AS "keyVersion", k.fingerprint, k.activated_at AS "activatedAt",
      status_now(k.status, k.standby_until) AS status, k.takes_over AS "takesOver",
      (extract(epoch FROM k.standby_until - clock_timestamp()) * 1000)::float8 AS "waitsMs"
    FROM api_keys k JOIN merchants m ON m.id = k.merchant_id WHERE k.key = ANY ($1)`,
};

/**
 * The lease is a commit. The logical message makes this statement's transaction wait for the
 * standbys; a transaction id alone, or a message outside the transaction, does not. The statement
 * also returns every key that became visible since the previous snapshot ($1), each once,
 * whatever transactions stay open: keys changed under transaction ids that were not yet assigned
 * then, or by transactions that were still running then. It returns at least one row and at most
 * 10,001. `own` selects or writes the gateway's own row ($2); without that row there is no lease.
 *
 * `key_changes` is a view, because this role may not read the column `api_keys.changed_xid`. Older
 * gateways, which have no row, renewed their leases from that column.
 */
const renewal = (name: string, own: string) => ({
  name,
  text: `WITH lease AS MATERIALIZED (SELECT pg_logical_emit_message(true, 'lease', '') AS lsn, pg_current_snapshot() AS snapshot), own AS (${own})
    SELECT lsn, snapshot::text AS snapshot, pg_snapshot_xmax(snapshot)::text AS xmax, pg_backend_pid() AS pid,
      current_setting('transaction_read_only') = 'on' AS "readOnly", EXISTS (SELECT FROM own) AS present, changed.key
    FROM lease LEFT JOIN LATERAL (
      SELECT key FROM key_changes WHERE changed_xid >= pg_snapshot_xmax($1::pg_snapshot) AND changed_xid < pg_snapshot_xmax(snapshot)
      UNION ALL
      SELECT key FROM key_changes WHERE changed_xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot)))
      LIMIT 10001
    ) changed ON true`,
});

/**
 * `enter` writes the row with no changes in effect, because snapshots of another server mean
 * nothing here. `acknowledge` records that the changes of the previous snapshot are in effect. It
 * never writes a row that is gone: a wait may have ended without this gateway by then.
 */
export const RENEW = {
  enter: renewal(
    "enter",
    `INSERT INTO gateways (id, name, version, started, opens)
      VALUES ($2::uuid, $3, $4, clock_timestamp() - make_interval(secs => $5), $6::bytea[])
      ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(), applied = NULL RETURNING id`,
  ),
  acknowledge: renewal(
    "acknowledge",
    "UPDATE gateways SET seen_at = clock_timestamp(), applied = $1::pg_snapshot WHERE id = $2::uuid RETURNING id",
  ),
  look: renewal("renew", "SELECT id FROM gateways WHERE id = $2::uuid"),
};

/** Asks for a take-over by key $1 with a correctly signed request from $2. Returns the outcome. */
export const TAKE_OVER = {
  name: "take-over",
  text: "SELECT outcome FROM take_over($1::uuid, 'first_request', NULL, $2)",
};

/** A gateway's last statement, after it has given up its lease: nobody waits for it any more. */
export const LEAVE = { text: "DELETE FROM gateways WHERE id = $1::uuid" };

/**
 * Announces that a key lost access. It is only a hint: every renewal finds the change by itself.
 */
export const CHANNEL = "countersign_key_changed";
export const LISTEN = { text: `LISTEN ${CHANNEL}` };

/** What the connections that renew a lease are called, before the id of their run. */
export const LEASE_CONNECTION = "countersign-gateway:";
/** What a gateway's other connections are called. */
export const USAGE_CONNECTION = "countersign-gateway-usage";
export const SEALING_CONNECTION = "countersign-sealing";

/**
 * Identifies the server. The timeline on which it writes its log shows which server was promoted
 * last.
 */
export const SERVER = {
  text: `SELECT pg_is_in_recovery() AS "inRecovery", system_identifier::text AS system,
      CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline
    FROM pg_control_system()`,
};

/**
 * Ends the backends of this run's earlier connections: a backend that waits for a standby waits
 * for ever, even if its client is gone. Returns what each was waiting for.
 */
export const END_PREDECESSORS = {
  text: `SELECT wait_event AS "waitedFor", pg_terminate_backend(pid) AS ended FROM pg_stat_activity
    WHERE usename = current_user AND application_name = $1 AND pid <> pg_backend_pid()`,
};
