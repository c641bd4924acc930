import { ExpectedError } from "../output.mjs";
import { refusePoolers } from "./refuse-poolers.mjs";
import { LACKS, MAY_TOO_MUCH } from "./role-limits.mjs";
import { ROLES } from "./roles.mjs";

const ROLE_URLS = { APP_DATABASE_URL: ROLES[0], GATEWAY_DATABASE_URL: ROLES[1], SUPPORT_DATABASE_URL: ROLES[2] };

/**
 * Refuses an external database that is not ready. It names all missing roles, or everything else
 * that is wrong with the roles' URLs, at once.
 */
export async function checkExternal(values) {
  await refusePoolers(values);
  const roles = await ask(values.DATABASE_URL, "SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", [ROLES]);
  if (roles.problem) throw new ExpectedError(`DATABASE_URL: ${roles.problem}`);
  const missing = ROLES.filter((role) => !roles.rows.some(({ rolname }) => rolname === role));
  if (missing.length > 0)
    throw new ExpectedError(`The database has no ${missing.join(", no ")}. npm run db:roles prints the SQL that makes the roles.`);
  const problems = (await Promise.all(Object.entries(ROLE_URLS).map(([variable, role]) => problemWith(variable, role, values)))).filter(
    Boolean,
  );
  if (problems.length > 0) throw new ExpectedError(problems.join("\n  "));
}

async function problemWith(variable, role, values) {
  const { rows, problem } = await ask(values[variable], LACKS);
  if (problem) return `${variable}: ${problem}`;
  if (rows[0].role !== role) return `${variable} logs in as ${rows[0].role}. It must be ${role}.`;
  const { lacks } = rows[0];
  return lacks.length > 0 ? `${variable}: ${role} has not ${lacks.join(", nor ")}. npm run db:roles prints the SQL that sets it.` : null;
}

/**
 * The rights that the migrations could not revoke from the roles, because their own user was not
 * allowed to: sentences for the person who starts Countersign.
 */
export async function rightsLeft(values) {
  const left = await Promise.all(
    Object.entries(ROLE_URLS).map(async ([variable, role]) => {
      const { rows } = await ask(values[variable], MAY_TOO_MUCH);
      return (rows[0]?.may ?? []).map((what) => `${role} can ${what} (docs/database.md says how to take that away).`);
    }),
  );
  return left.flat();
}

async function ask(url, sql, parameters = []) {
  let client;
  try {
    const { clientFor } = await import("../../platform/db/open.mjs");
    client = await clientFor(url, { connectionTimeoutMillis: 10_000 });
    await client.connect();
    return { rows: (await client.query(sql, parameters)).rows };
  } catch (error) {
    return { rows: [], problem: error.message || error.code };
  } finally {
    await client?.end().catch(() => {});
  }
}
