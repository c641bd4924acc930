import { readFileSync, statSync } from "node:fs";

/**
 * Returns a function that reads the deadlocks of this worker's database from the server's log,
 * from now on: which processes waited for which locks, with which statements. An error names no
 * statement of the other process, and an operation that is repeated hides it.
 */
export function deadlocksFromNow(): () => string[] {
  const log = process.env.TEST_CLUSTER_LOG;
  if (!log) throw new Error("TEST_CLUSTER_LOG is not set: run the tests with `npm test`.");
  const before = statSync(log).size;
  const database = new URL(process.env.DATABASE_URL ?? "").pathname.slice(1);
  return () => deadlocksIn(readFileSync(log).subarray(before).toString(), database);
}

/** The server writes a report as a whole. Lines of a text after its first begin with a tab. */
const deadlocksIn = (log: string, database: string): string[] =>
  log.match(
    new RegExp(
      `^.* \\[\\d+\\] ${database} ERROR: {2}deadlock detected\\n(?:.* ${database} (?:DETAIL|HINT|CONTEXT|QUERY|STATEMENT): .*\\n|\\t.*\\n)*`,
      "gm",
    ),
  ) ?? [];
