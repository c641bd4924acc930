import { LEASE_MS } from "../platform/lease";

/**
 * Settings sent when the connection starts. There they override the settings of the role, the
 * database and the URL, each of which could hide the warning or disable the wait. The time limits
 * end every slow statement except one that waits for a standby: no limit of the server ends that
 * wait.
 */
const SETTINGS = {
  synchronous_commit: "on",
  client_min_messages: "warning",
  statement_timeout: LEASE_MS - 100,
  lock_timeout: LEASE_MS - 200,
  // A renewal is sent every 250 ms. This ends the backend of a machine that vanished silently.
  idle_session_timeout: 10 * LEASE_MS,
  // The statements look keys up by an index, whatever statistics the planner has of the table.
  enable_seqscan: "off",
};

/** The URL of a connection that renews a lease. */
export function leaseUrl(url: string, applicationName: string): string {
  const starting = new URL(url);
  const own = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
  starting.searchParams.set("options", [starting.searchParams.get("options") ?? "", ...own].join(" ").trim());
  starting.searchParams.set("application_name", applicationName);
  return starting.href;
}
