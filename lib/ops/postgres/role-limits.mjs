import { ExpectedError } from "../output.mjs";

/*
 * Limits that PostgreSQL itself enforces for each role, so that neither a program that fails to
 * set its own limits nor a stranger with a role's password can block everybody else.
 */

/**
 * For PostgreSQL's default of 100 connections, 3 of which are reserved for superusers. A dashboard
 * uses up to 20 as `app` and 5 as `support`. A worker uses up to 20 as `app`. A gateway uses 3 for
 * each of its workers, and briefly a fourth while it reconnects.
 */
export const CONNECTIONS = { countersign_app: 60, countersign_gateway: 24, countersign_support: 10 };

/**
 * @import { Env } from "../run.mjs"
 * @typedef {keyof typeof CONNECTIONS} Role
 */

/**
 * The programs set the same or lower limits when they connect; only `npm run admin -- sealing`
 * allows its statements more. None of these limits ends a COMMIT
 * that waits for a standby. As `app`, the wait for a lock is longer than the 5 s after which the
 * server ends an abandoned transaction.
 */
export const SETTINGS = {
  countersign_app: { statement_timeout: "6s", lock_timeout: "5800ms", idle_in_transaction_session_timeout: "5s" },
  countersign_gateway: { statement_timeout: "5s", lock_timeout: "4s", idle_in_transaction_session_timeout: "5s" },
  countersign_support: { statement_timeout: "5s", lock_timeout: "4s", idle_in_transaction_session_timeout: "5s" },
};

/**
 * The statements that set the limits of an existing role.
 * @param {Role} role
 * @param {Record<Role, number>} connections
 */
export function limitSql(role, connections = CONNECTIONS) {
  const settings = Object.entries(SETTINGS[role]).map(([name, value]) => `SET ${name} = '${value}'`);
  return [`CONNECTION LIMIT ${connections[role]}`, ...settings].map((limit) => `ALTER ROLE ${role} ${limit}`);
}

/** The connection limit of each role, from the environment or the default. @param {Env} env */
export function connectionsIn(env) {
  return {
    countersign_app: numberIn(env, "APP_CONNECTIONS") ?? CONNECTIONS.countersign_app,
    countersign_gateway: numberIn(env, "GATEWAY_CONNECTIONS") ?? CONNECTIONS.countersign_gateway,
    countersign_support: numberIn(env, "SUPPORT_CONNECTIONS") ?? CONNECTIONS.countersign_support,
  };
}

/** @param {Env} env @param {string} variable */
function numberIn(env, variable) {
  const value = env[variable];
  if (!value) return undefined;
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new ExpectedError(`${variable} is "${value}". It must be a whole number, 1 or more.`);
}

/** Selects the limits that a role lacks in the database now. Run it in a session of that role. */
export const MISSING_LIMITS = `SELECT rolname::text AS role, array_remove(ARRAY[
    CASE WHEN rolconnlimit < 0 THEN 'a CONNECTION LIMIT' END,
    CASE WHEN current_setting('statement_timeout') = '0' THEN 'a statement_timeout' END,
    CASE WHEN current_setting('lock_timeout') = '0' THEN 'a lock_timeout' END,
    CASE WHEN current_setting('idle_in_transaction_session_timeout') = '0' THEN 'an idle_in_transaction_session_timeout' END
  ], NULL) AS lacks FROM pg_roles WHERE rolname = current_user`;

/**
 * Selects what a role may do although no role needs it, as parts of a sentence. Run it in a
 * session of that role.
 */
export const EXCESS_RIGHTS = `SELECT array_remove(ARRAY[
    CASE WHEN has_database_privilege(current_database(), 'TEMPORARY') THEN 'make temporary tables' END,
    CASE WHEN has_function_privilege('pg_catalog.lo_create(oid)', 'EXECUTE') THEN 'make large objects' END
  ], NULL) AS may`;
