import { ExpectedError } from "../output.mjs";
import { refusePoolers } from "./refuse-poolers.mjs";
import { EXCESS_RIGHTS, MISSING_LIMITS } from "./role-limits.mjs";
import { ROLES } from "./roles.mjs";

/**
 * @import { Env } from "../run.mjs"
 * @import { Role } from "./role-limits.mjs"
 */

/** @type {Record<string, Role>} */
const ROLE_URLS = {
  APP_DATABASE_URL: "countersign_app",
  GATEWAY_DATABASE_URL: "countersign_gateway",
  SUPPORT_DATABASE_URL: "countersign_support",
};

/**
 * Refuses an external database that is not ready. It names all missing roles, or everything else
 * that is wrong with the roles' URLs, at once.
 * @param {Env} values
 */
export async function checkExternal(values) {
  await refusePoolers(values);
  /** @type {Answer<{ rolname: string }>} */
  const roles = await ask(values.DATABASE_URL, "SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", [ROLES]);
  if (roles.problem) throw new ExpectedError(`DATABASE_URL: ${roles.problem}`);
  const missing = ROLES.filter((role) => !roles.rows.some(({ rolname }) => rolname === role));
  if (missing.length > 0)
    throw new ExpectedError(
      `The database has no ${missing.join(", no ")}. npm run db:roles prints the SQL that makes the roles.`,
    );
  const problems = (
    await Promise.all(Object.entries(ROLE_URLS).map(([variable, role]) => problemWith(variable, role, values)))
  ).filter(Boolean);
  if (problems.length > 0) throw new ExpectedError(problems.join("\n  "));
}

/** @param {string} variable @param {Role} role @param {Env} values */
async function problemWith(variable, role, values) {
  /** @type {Answer<{ role: string, lacks: string[] }>} */
  const { rows, problem } = await ask(values[variable], MISSING_LIMITS);
  if (problem) return `${variable}: ${problem}`;
  const [now] = rows;
  if (now?.role !== role) return `${variable} logs in as ${now?.role}. It must be ${role}.`;
  const { lacks } = now;
  return lacks.length > 0
    ? `${variable}: ${role} has not ${lacks.join(", nor ")}. npm run db:roles prints the SQL that sets it.`
    : null;
}

/**
 * The rights that the migrations could not revoke from the roles, because their own user was not
 * allowed to: sentences for the person who starts Countersign.
 * @param {Env} values
 */
export async function excessRights(values) {
  const left = await Promise.all(
    Object.entries(ROLE_URLS).map(async ([variable, role]) => {
      /** @type {Answer<{ may: string[] }>} */
      const { rows } = await ask(values[variable], EXCESS_RIGHTS);
      return (rows[0]?.may ?? []).map((what) => `${role} can ${what} (docs/database.md says how to take that away).`);
    }),
  );
  return left.flat();
}

/**
 * @template {import("pg").QueryResultRow} Row
 * @typedef {{ rows: Row[], problem?: string }} Answer
 */

/**
 * @template {import("pg").QueryResultRow} Row
 * @param {string | undefined} url
 * @param {string} sql
 * @param {unknown[]} [parameters]
 * @returns {Promise<Answer<Row>>}
 */
async function ask(url, sql, parameters = []) {
  let client;
  try {
    const { clientFor } = await import("../../platform/db/open.mjs");
    client = await clientFor(url ?? "", { connectionTimeoutMillis: 10_000 });
    await client.connect();
    return { rows: (await client.query(sql, parameters)).rows };
  } catch (error) {
    const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
    return { rows: [], problem: message || code };
  } finally {
    await client?.end().catch(() => {});
  }
}
