import { existsSync } from "node:fs";

const PROGRAMS = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];

/** Where the pooler is that the tests lead Countersign through, or undefined. */
export const pgbouncer = () => PROGRAMS.find((file) => existsSync(file));
