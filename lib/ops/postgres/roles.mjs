import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../output.mjs";
import { holderOf } from "./advisory-locks.mjs";
import { CONNECTIONS, limitSql } from "./role-limits.mjs";

/**
 * @import { Client, QueryResult } from "pg"
 * @import { Role } from "./role-limits.mjs"
 */

/** @type {readonly Role[]} */
export const ROLES = ["countersign_app", "countersign_gateway", "countersign_support"];

/** One value for each. @template Value @param {() => Value} make */
export const forEachRole = (make) =>
  /** @type {Record<Role, Value>} */ (Object.fromEntries(ROLES.map((role) => [role, make()])));

/** Serializes all processes that create roles: roles belong to the cluster, not to a database. */
const LOCK = 7_265_001;
const LOCK_WAIT_MS = 20_000;

/**
 * The statements that create a role. The password is passed as a SCRAM verifier, so that it
 * appears in no log and no mail.
 * @param {Role} role
 * @param {string} password
 * @param {Record<Role, number>} connections
 */
export function roleSql(role, password, connections = CONNECTIONS) {
  const may = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS";
  return [`CREATE ROLE ${role} ${may} PASSWORD '${scramVerifier(password)}'`, ...limitSql(role, connections)];
}

/**
 * Creates the roles that are missing, and sets the limits of all. Existing roles keep their
 * passwords unless `reset` is set, which sets ours.
 * @param {string} adminUrl a database URL of a user who can create roles
 * @param {Record<Role, string>} passwords
 * @param {{ reset?: boolean, connections?: Record<Role, number>, lockWaitMs?: number }} [options]
 * @returns {Promise<Role[]>} the roles that it created
 */
export async function makeRoles(
  adminUrl,
  passwords,
  { reset = false, connections = CONNECTIONS, lockWaitMs = LOCK_WAIT_MS } = {},
) {
  const { clientFor } = await import("../../platform/db/open.mjs");
  const client = await clientFor(adminUrl);
  await client.connect();
  try {
    await takeTurn(client, lockWaitMs);
    /** @type {QueryResult<{ rolname: Role }>} */
    const { rows } = await client.query("SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", [ROLES]);
    const there = new Set(rows.map(({ rolname }) => rolname));
    for (const role of ROLES) {
      const statements = there.has(role) ? limitSql(role, connections) : roleSql(role, passwords[role], connections);
      for (const statement of statements) await client.query(statement);
      if (there.has(role) && reset)
        await client.query(`ALTER ROLE ${role} PASSWORD '${scramVerifier(passwords[role])}'`);
    }
    return ROLES.filter((role) => !there.has(role));
  } finally {
    await client.end();
  }
}

/**
 * Takes the lock. Any role that can log in could hold it forever, so this polls for a limited time
 * and then reports who holds it.
 * @param {Client} client
 * @param {number} lockWaitMs
 */
async function takeTurn(client, lockWaitMs) {
  for (const until = performance.now() + lockWaitMs; performance.now() < until; await sleep(50)) {
    /** @type {QueryResult<{ taken: boolean }>} */
    const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS taken", [LOCK]);
    if (rows[0]?.taken) return;
  }
  const holder = (await holderOf(client, LOCK)) ?? "another session";
  throw new ExpectedError(
    `The database's roles were not set up: ${holder} has the lock for it (pg_advisory_lock ${LOCK}).`,
  );
}

/**
 * RFC 5803 and RFC 7677, in the form that PostgreSQL stores. The passwords are ASCII, so SASLprep
 * does not change them.
 * @param {string} password
 */
export function scramVerifier(password, salt = randomBytes(16), iterations = 4096) {
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  /** @param {string} text */
  const hmac = (text) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}

/** A password that needs no escaping in a URL. */
export const newPassword = () => randomBytes(24).toString("base64url");
