import cluster from "node:cluster";
import type { Logger } from "pino";

type Settings = {
  name: string;
  workers: number;
  maxConnections: number;
  maxConnectionsPerSource: number;
  metricsPort: number | null;
};

const RESTART_MS = 1_000;
/** The exit code of a worker whose replacement would end the same way (sysexits.h, EX_CONFIG). */
export const EXIT_NO_RESTART = 78;

/**
 * Runs several gateways on one port. Each is a process with its own name, lease, limits and
 * usage; the primary process only distributes connections, in turn. The limits of connections are
 * divided among the workers. Each worker has its own port for metrics: the first has the given
 * port, the next ones the ports after it.
 *
 * A worker that ends unexpectedly is replaced. If it never listened, or exits with
 * EXIT_NO_RESTART, its settings cannot work, and everything ends with exit code 1.
 */
export function runWorkers(
  { name, workers, maxConnections, maxConnectionsPerSource, metricsPort }: Settings,
  log: Logger,
): void {
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
      if (!listened || code === EXIT_NO_RESTART) return stop(1);
      setTimeout(() => stopping || start(index), RESTART_MS);
    });
  };
  const stop = (code: number) => {
    stopping = true;
    const left = Object.values(cluster.workers ?? {}).flatMap((worker) => worker ?? []);
    // Cluster's worker.kill() would close the worker's connections first.
    for (const worker of left) worker.process.kill("SIGTERM");
    const end = () => Object.keys(cluster.workers ?? {}).length === 0 && log.flush(() => process.exit(code));
    cluster.on("exit", end);
    end();
  };
  for (let index = 0; index < workers; index++) start(index);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stopping || stop(0));
}
