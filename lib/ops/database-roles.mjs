import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

export const ROLES = ["countersign_app", "countersign_gateway", "countersign_support"];

// A commit that nobody acknowledged would hold its rows' locks for ever; the server ends such a session.
const SETTINGS = { countersign_app: ["SET idle_in_transaction_session_timeout = '5s'"] };

/** Serialises every process that makes roles: they belong to the cluster, not to one database. */
const LOCK = 7_265_001;

/** The statements that make one role. The password goes in as a SCRAM verifier, so that no log and no mail holds it. */
export function roleSql(role, password) {
  return [
    `CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '${scramVerifier(password)}'`,
    ...(SETTINGS[role] ?? []).map((setting) => `ALTER ROLE ${role} ${setting}`),
  ];
}

/**
 * Makes the roles that are missing. Those that exist keep their passwords, unless `reset` says that ours are the right ones.
 * @param {string} adminUrl a URL of database `postgres` whose user may make roles
 * @param {Record<string, string>} passwords
 * @returns {Promise<string[]>} the roles it made
 */
export async function makeRoles(adminUrl, passwords, { reset = false } = {}) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    const { rows } = await client.query("SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", [ROLES]);
    const there = new Set(rows.map(({ rolname }) => rolname));
    for (const role of ROLES) {
      if (!there.has(role)) for (const statement of roleSql(role, passwords[role])) await client.query(statement);
      else if (reset) await client.query(`ALTER ROLE ${role} PASSWORD '${scramVerifier(passwords[role])}'`);
    }
    return ROLES.filter((role) => !there.has(role));
  } finally {
    await client.end();
  }
}

/** RFC 5803 and RFC 7677, in the form PostgreSQL stores; the passwords are ASCII, so SASLprep changes nothing. */
export function scramVerifier(password, salt = randomBytes(16), iterations = 4096) {
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}

/** A password that stands in a URL as it is. */
export const newPassword = () => randomBytes(24).toString("base64url");
