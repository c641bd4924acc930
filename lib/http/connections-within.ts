import type { Logger } from "pino";

type Wanted = {
  MAX_CONNECTIONS: number;
  GATEWAY_WORKERS: number;
  AUTHORIZE_PORT?: number | undefined;
  UPSTREAM_URL?: string | undefined;
};

/** The files that a gateway opens for itself: for its database, ports, log and runtime. */
const OWN_FILES = 64;

/**
 * The number of connections that each port may take, at most as many as wanted, so that the
 * system's limit of open files is never reached. That limit applies to each worker.
 * Attack: sockets up to that limit, so that a gateway that loses its database connection can open
 * no other.
 */
export function connectionsWithin(openFiles: number | null, wanted: Wanted, log: Pick<Logger, "warn">): number {
  const { MAX_CONNECTIONS: most, GATEWAY_WORKERS: workers, AUTHORIZE_PORT, UPSTREAM_URL } = wanted;
  if (openFiles === null) return most;
  const filesEach = 1 + Number(AUTHORIZE_PORT !== undefined) + Number(UPSTREAM_URL !== undefined);
  const room = Math.max(1, Math.floor((openFiles - OWN_FILES) / filesEach)) * workers;
  if (room >= most) return most;
  const needed = OWN_FILES + Math.ceil(most / workers) * filesEach;
  log.warn(
    { openFiles, needed, maxConnections: room },
    "MAX_CONNECTIONS is more than the limit of open files (ulimit -n) allows",
  );
  return room;
}
