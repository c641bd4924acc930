import cluster from "node:cluster";
import type { Logger } from "pino";

type Settings = { name: string; workers: number; maxConnections: number; maxConnectionsPerSource: number; metricsPort: number | null };

const RESTART_MS = 1_000;
/** How a worker ends that would end the same way again (sysexits.h, EX_CONFIG). */
export const NOT_TO_BE_REPLACED = 78;

/**
 * Runs several gateways on one port, each a process with a name, leases, limits and usage of its
 * own; this one only hands connections out in turn. They share the limits of connections, and each
 * has a port for its metrics: the first the given one, the others those after it.
 * A worker that ends unasked is replaced; one that never listened, or says so, has settings it
 * cannot run with, and everything ends with 1.
 */
export function runWorkers({ name, workers, maxConnections, maxConnectionsPerSource, metricsPort }: Settings, log: Logger): void {
  let stopping = false;
  const share = (connections: number) => String(Math.ceil(connections / workers));
  const shares = { MAX_CONNECTIONS: share(maxConnections), MAX_CONNECTIONS_PER_SOURCE: share(maxConnectionsPerSource) };
  const start = (index: number) => {
    const own = metricsPort === null ? {} : { METRICS_PORT: String(metricsPort + index) };
    const worker = cluster.fork({ ...own, ...shares, GATEWAY_NAME: `${name}/${index + 1}` });
    let listened = false;
    worker.once("listening", () => {
      listened = true;
    });
    worker.once("exit", (code, signal) => {
      if (stopping) return;
      log.error({ worker: index, code, signal }, "a worker ended");
      if (!listened || code === NOT_TO_BE_REPLACED) return stop(1);
      setTimeout(() => stopping || start(index), RESTART_MS);
    });
  };
  const stop = (code: number) => {
    stopping = true;
    const left = Object.values(cluster.workers ?? {}).flatMap((worker) => worker ?? []);
    // A worker's own kill() would take its connections away first.
    for (const worker of left) worker.process.kill("SIGTERM");
    const end = () => Object.keys(cluster.workers ?? {}).length === 0 && log.flush(() => process.exit(code));
    cluster.on("exit", end);
    end();
  };
  for (let index = 0; index < workers; index++) start(index);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stopping || stop(0));
}
