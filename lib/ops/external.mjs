import { ROLES } from "./database-roles.mjs";
import { Stopped } from "./output.mjs";

const ROLE_URLS = { APP_DATABASE_URL: ROLES[0], GATEWAY_DATABASE_URL: ROLES[1], SUPPORT_DATABASE_URL: ROLES[2] };

/** Refuses a database of one's own that is not ready, and names everything that is wrong with it at once. */
export async function checkExternal(values) {
  const roles = await ask(values.DATABASE_URL, "SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", [ROLES]);
  if (roles.problem) throw new Stopped(`DATABASE_URL: ${roles.problem}`);
  const missing = ROLES.filter((role) => !roles.rows.some(({ rolname }) => rolname === role));
  if (missing.length > 0)
    throw new Stopped(`The database has no ${missing.join(", no ")}. npm run db:roles prints the SQL that makes the roles.`);
  const problems = (await Promise.all(Object.entries(ROLE_URLS).map(([variable, role]) => problemWith(variable, role, values)))).filter(
    Boolean,
  );
  if (problems.length > 0) throw new Stopped(problems.join("\n  "));
}

async function problemWith(variable, role, values) {
  const sql = "SELECT current_user::text AS role, current_setting('idle_in_transaction_session_timeout') AS patience";
  const { rows, problem } = await ask(values[variable], sql);
  if (problem) return `${variable}: ${problem}`;
  if (rows[0].role !== role) return `${variable} logs in as ${rows[0].role}. It must be ${role}.`;
  if (role === ROLES[0] && rows[0].patience === "0") {
    return `${variable}: run ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '5s'; npm run db:roles prints it.`;
  }
  return null;
}

async function ask(connectionString, sql, parameters = []) {
  const { default: pg } = await import("pg");
  let client;
  try {
    client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
    client.on("error", () => {});
    await client.connect();
    return { rows: (await client.query(sql, parameters)).rows };
  } catch (error) {
    return { rows: [], problem: error.message || error.code };
  } finally {
    await client?.end().catch(() => {});
  }
}
