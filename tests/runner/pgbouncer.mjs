import { existsSync } from "node:fs";

const PROGRAMS = [
  "/usr/sbin/pgbouncer",
  "/usr/bin/pgbouncer",
  "/usr/local/bin/pgbouncer",
  "/opt/homebrew/bin/pgbouncer",
];

/** The path of the pooler for the tests, or undefined. */
export const pgbouncer = () => PROGRAMS.find((file) => existsSync(file));
