import "./node-version.mjs";
import { asUser } from "../platform/db/servers.mjs";
import { readDotEnv } from "./config.mjs";
import { install } from "./install.mjs";
import { ExpectedError, main, print } from "./output.mjs";
import { connectionsIn } from "./postgres/role-limits.mjs";
import { forEachRole, makeRoles, newPassword, ROLES, roleSql } from "./postgres/roles.mjs";
import { root } from "./run.mjs";

// npm run db:roles             prints the SQL that creates the roles, and their URLs
// npm run db:roles -- --apply  runs it at DATABASE_URL, whose user must be able to create roles;
//                              existing roles only get their limits
/**
 * @import { Role } from "./postgres/role-limits.mjs"
 * @typedef {Record<Role, string>} Passwords
 */

const VARIABLES = ["APP_DATABASE_URL", "GATEWAY_DATABASE_URL", "SUPPORT_DATABASE_URL"];

await main(async () => {
  readDotEnv(root);
  const passwords = forEachRole(newPassword);
  if (process.argv.includes("--apply")) await apply(passwords);
  else printSql(passwords);
});

/** @param {Passwords} passwords */
function printSql(passwords) {
  print(
    "-- The passwords are written here as SCRAM verifiers. The URLs below contain them in clear: put those into the environment, not into the database.",
  );
  print("-- An existing role keeps its password: leave its CREATE ROLE out, the other lines set its limits.");
  const connections = connectionsIn(process.env);
  for (const role of ROLES) for (const statement of roleSql(role, passwords[role], connections)) print(`${statement};`);
  print();
  printUrls(ROLES, passwords, "-- ");
}

/** @param {Passwords} passwords */
async function apply(passwords) {
  const url = process.env.DATABASE_URL;
  if (!url) throw new ExpectedError("DATABASE_URL is not set. It must be the URL of a user who can create roles.");
  await install();
  const made = await makeRoles(url, passwords, { connections: connectionsIn(process.env) });
  const kept = ROLES.filter((role) => !made.includes(role));
  if (kept.length > 0)
    print(`# These existed already and keep their passwords; their limits are set: ${kept.join(", ")}`);
  printUrls(made, passwords, "");
}

/** @param {readonly Role[]} roles @param {Passwords} passwords @param {string} prefix */
function printUrls(roles, passwords, prefix) {
  for (const role of roles) {
    const url = asUser(process.env.DATABASE_URL || "postgres://localhost:5432/countersign", role, passwords[role]);
    print(`${prefix}${VARIABLES[ROLES.indexOf(role)]}=${url}`);
  }
}
