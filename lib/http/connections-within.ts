import type { Logger } from "pino";

type Wanted = {
  MAX_CONNECTIONS: number;
  GATEWAY_WORKERS: number;
  AUTHORIZE_PORT?: number | undefined;
  UPSTREAM_URL?: string | undefined;
};

/** What a gateway opens for itself: its database, its ports, its log, what the runtime needs. */
const OWN_FILES = 64;

/**
 * How many connections each port may take, of all that are wanted, so that the system's limit of open files is never met; it counts for each worker.
 * Attack: sockets up to that limit, so that a gateway which then loses its database's connection can open no other.
 */
export function connectionsWithin(openFiles: number | null, wanted: Wanted, log: Pick<Logger, "warn">): number {
  const { MAX_CONNECTIONS: most, GATEWAY_WORKERS: workers, AUTHORIZE_PORT, UPSTREAM_URL } = wanted;
  if (openFiles === null) return most;
  const filesEach = 1 + Number(AUTHORIZE_PORT !== undefined) + Number(UPSTREAM_URL !== undefined);
  const room = Math.max(1, Math.floor((openFiles - OWN_FILES) / filesEach)) * workers;
  if (room >= most) return most;
  const needed = OWN_FILES + Math.ceil(most / workers) * filesEach;
  log.warn({ openFiles, needed, maxConnections: room }, "MAX_CONNECTIONS is more than the limit of open files (ulimit -n) allows");
  return room;
}
