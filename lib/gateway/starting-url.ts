import { LEASE_MS } from "../platform/lease";

/**
 * Said at the start of the connection, where they outrank a role's, a database's and the URL's own
 * settings: any of those would hide the warning, or not wait. The time limits end all that is slow
 * but the wait for a standby, which nothing on the server ends.
 */
const SETTINGS = {
  synchronous_commit: "on",
  client_min_messages: "warning",
  statement_timeout: LEASE_MS - 100,
  lock_timeout: LEASE_MS - 200,
  // A renewal is sent every 250 ms: the backend of a machine that vanished without a word ends.
  idle_session_timeout: 10 * LEASE_MS,
  // Both statements look keys up by an index, whatever the planner knows of the table.
  enable_seqscan: "off",
};

/** The URL of a connection that renews a lease. */
export function startingUrl(url: string, applicationName: string): string {
  const starting = new URL(url);
  const own = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
  starting.searchParams.set("options", [starting.searchParams.get("options") ?? "", ...own].join(" ").trim());
  starting.searchParams.set("application_name", applicationName);
  return starting.href;
}
