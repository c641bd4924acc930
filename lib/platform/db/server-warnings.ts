import pg from "pg";
import { primaryClient } from "./primary-client.mjs";

const shared = globalThis as { countersignWarnings?: Map<number, number> };
/**
 * The warnings of each backend, by its process id, since this process started. There is one map
 * for the whole process: Next loads this module once for pages and once for actions, and they
 * share the connections.
 */
shared.countersignWarnings ??= new Map();
const counts = shared.countersignWarnings;

/**
 * A connection that counts its server's warnings, whatever language they are in.
 *
 * Attack on code that trusts a COMMIT: the COMMIT's wait for a standby is cancelled. The COMMIT
 * succeeds, and only a warning says that a failover may lose it.
 */
export class WarnedClient extends primaryClient(pg.Client) {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const backend = () => (this as unknown as { processID: number }).processID;
    // Two servers may each have a backend with this id, so the count of the earlier one is kept.
    this.once("connect", () => counts.set(backend(), warningsOf(backend()) ?? 0));
    this.on("notice", () => counts.set(backend(), (warningsOf(backend()) ?? 0) + 1));
  }
}

/**
 * Null for a backend to which this process has no connection, as behind a pooler: its warnings do
 * not arrive here.
 */
export const warningsOf = (backend: number): number | null => counts.get(backend) ?? null;
