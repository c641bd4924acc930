import { ExpectedError } from "../output.mjs";

/*
 * What PostgreSQL itself holds each role to, so that a program which forgets its own limits, or a
 * stranger with a role's password, does not keep everybody else waiting.
 */

/**
 * For PostgreSQL's usual 100 connections, of which 3 are a superuser's. A dashboard takes up to 20
 * as `app` and 5 as `support`, a worker up to 20 as `app`, a gateway 3 for each of its workers,
 * and a fourth for a moment when it connects again.
 */
export const CONNECTIONS = { countersign_app: 60, countersign_gateway: 24, countersign_support: 10 };

/**
 * @import { Env } from "../run.mjs"
 * @typedef {keyof typeof CONNECTIONS} Role
 */

/**
 * The programs say the same or less at the start of each connection. A COMMIT that waits for a
 * standby is ended by none of them. As `app`, what waits for a lock outlasts a transaction that was
 * left open, which the server ends after 5 s.
 */
export const SETTINGS = {
  countersign_app: { statement_timeout: "6s", lock_timeout: "5800ms", idle_in_transaction_session_timeout: "5s" },
  countersign_gateway: { statement_timeout: "5s", lock_timeout: "4s", idle_in_transaction_session_timeout: "5s" },
  countersign_support: { statement_timeout: "5s", lock_timeout: "4s", idle_in_transaction_session_timeout: "5s" },
};

/**
 * The statements that set them, for a role that is there.
 * @param {Role} role
 * @param {Record<Role, number>} connections
 */
export function limitSql(role, connections = CONNECTIONS) {
  const settings = Object.entries(SETTINGS[role]).map(([name, value]) => `SET ${name} = '${value}'`);
  return [`CONNECTION LIMIT ${connections[role]}`, ...settings].map((limit) => `ALTER ROLE ${role} ${limit}`);
}

/**
 * How many connections each role may have, as the environment says.
 * @param {Env} env
 */
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

/** What a role lacks of this, as the database has it now. For a session of that role. */
export const LACKS = `SELECT rolname::text AS role, array_remove(ARRAY[
    CASE WHEN rolconnlimit < 0 THEN 'a CONNECTION LIMIT' END,
    CASE WHEN current_setting('statement_timeout') = '0' THEN 'a statement_timeout' END,
    CASE WHEN current_setting('lock_timeout') = '0' THEN 'a lock_timeout' END,
    CASE WHEN current_setting('idle_in_transaction_session_timeout') = '0' THEN 'an idle_in_transaction_session_timeout' END
  ], NULL) AS lacks FROM pg_roles WHERE rolname = current_user`;

/**
 * What a role may do that none needs, as the database has it now: each a sentence's worth. For a
 * session of that role.
 */
export const MAY_TOO_MUCH = `SELECT array_remove(ARRAY[
    CASE WHEN has_database_privilege(current_database(), 'TEMPORARY') THEN 'make temporary tables' END,
    CASE WHEN has_function_privilege('pg_catalog.lo_create(oid)', 'EXECUTE') THEN 'make large objects' END
  ], NULL) AS may`;
