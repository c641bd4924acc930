import pg from "pg";
import { primaryClient } from "./primary-client.mjs";

const shared = globalThis as { countersignWarnings?: Map<number, number> };
/**
 * Since this process began, of each backend, by the id of its process. One map for the whole process: Next loads this module once for pages and
 * again for actions, and the connections belong to both.
 */
shared.countersignWarnings ??= new Map();
const counts = shared.countersignWarnings;

/**
 * A connection that counts the warnings its server sends, whatever language they are in.
 *
 * Attack on whoever trusts a COMMIT: its wait for a standby is cancelled. The COMMIT succeeds, and
 * only a warning says that a failover may lose it.
 */
export class WarnedClient extends primaryClient(pg.Client) {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const backend = () => (this as unknown as { processID: number }).processID;
    // Two servers may have a backend of this id each: what one of them counted is not forgotten.
    this.once("connect", () => counts.set(backend(), warningsOf(backend()) ?? 0));
    this.on("notice", () => counts.set(backend(), (warningsOf(backend()) ?? 0) + 1));
  }
}

/**
 * Null of a backend that no connection of this process leads to, as behind a pooler: its warnings
 * reach nobody here.
 */
export const warningsOf = (backend: number): number | null => counts.get(backend) ?? null;
