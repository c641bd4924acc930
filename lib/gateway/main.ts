import cluster from "node:cluster";
import { hostname } from "node:os";
import { connectionsWithin } from "../http/connections-within";
import { exitIfCannotListen } from "../ops/cannot-listen";
import { maxOpenFiles } from "../ops/open-files.mjs";
import { ExpectedError, printError } from "../ops/output.mjs";
import { parseOpeningKeys } from "../platform/crypto/key-ring";
import { gatewayEnv } from "../platform/env";
import { createLog } from "./log";
import { RingRefused } from "./sealing/prove-ring";
import { type Gateway, startGateway } from "./start";
import { EXIT_NO_RESTART, runWorkers } from "./workers";

const env = gatewayEnv();
const log = createLog(env.LOG_LEVEL);

const { GATEWAY_PORT, AUTHORIZE_PORT, METRICS_PORT } = env;
const listening = { ports: { GATEWAY_PORT, AUTHORIZE_PORT, METRICS_PORT }, host: env.HOST, command: "npm run gateway" };
const maxConnections = connectionsWithin(maxOpenFiles(), env, log);
const name = env.GATEWAY_NAME ?? `${hostname()}:${GATEWAY_PORT}`;
const maxConnectionsPerSource = env.MAX_CONNECTIONS_PER_SOURCE ?? Math.ceil(maxConnections / 2);

if (env.GATEWAY_WORKERS > 1 && cluster.isPrimary) {
  runWorkers(
    { name, workers: env.GATEWAY_WORKERS, maxConnections, maxConnectionsPerSource, metricsPort: METRICS_PORT ?? null },
    log,
  );
} else {
  await exitIfCannotListen(listening, serve);
}

async function serve(): Promise<void> {
  const starting = startGateway({
    name,
    databaseUrl: env.GATEWAY_DATABASE_URL,
    metricsPort: env.METRICS_PORT ?? null,
    privateKeys: parseOpeningKeys(env.SEALING_PRIVATE_KEYS),
    trustedProxies: env.TRUSTED_PROXIES,
    host: env.HOST,
    port: env.GATEWAY_PORT,
    authorizePort: env.AUTHORIZE_PORT ?? null,
    maxConnections,
    maxConnectionsPerSource,
    // Longer than a client, a connection or an upstream may be silent.
    stillMs: 75_000 + env.UPSTREAM_TIMEOUT_SECONDS * 1_000,
    lingerMs: env.DRAIN_SECONDS * 1_000,
    upstream: env.UPSTREAM_URL
      ? { url: env.UPSTREAM_URL, connectMs: 2_000, answerMs: env.UPSTREAM_TIMEOUT_SECONDS * 1_000 }
      : null,
    log,
  }).catch((error: unknown) => {
    throw error instanceof RingRefused ? new ExpectedError(error.message) : error;
  });
  stopOnSignal(starting);
  const gateway = await starting;
  void gateway.refused.then(({ message }) => {
    printError(message);
    process.exit(cluster.isWorker ? EXIT_NO_RESTART : 1);
  });
  log.info({ host: env.HOST, port: gateway.port, authorizePort: gateway.authorizePort ?? undefined }, "listening");
}

/** From before the port opens: a gateway that serves requests ends only with their answers. */
function stopOnSignal(starting: Promise<Gateway>): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, async () => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, "draining");
      const gateway = await starting.catch(() => null);
      // Its error ends the process.
      if (!gateway) return;
      await gateway.stop();
      log.info("stopped");
      log.flush(() => process.exit(0));
    });
  }
}
