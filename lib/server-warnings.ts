import pg from "pg";

/** Since this process began, of each backend, by the id of its process. */
const counts = new Map<number, number>();

/**
 * A connection that counts the warnings its server sends, whatever language they are in.
 *
 * Attack on whoever trusts a COMMIT: its wait for a standby is cancelled. The COMMIT succeeds, and only a warning says that a failover may lose it.
 */
export class WarnedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on("notice", () => {
      const { processID } = this as unknown as { processID: number };
      counts.set(processID, warningsOf(processID) + 1);
    });
  }
}

export const warningsOf = (backend: number): number => counts.get(backend) ?? 0;
