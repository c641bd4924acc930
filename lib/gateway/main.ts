import cluster from "node:cluster";
import { parseOpeningKeys } from "../crypto/key-ring";
import { gatewayEnv } from "../env";
import { createLog } from "./log";
import { startGateway } from "./start";
import { runWorkers } from "./workers";

const env = gatewayEnv();
const log = createLog(env.LOG_LEVEL);

const maxConnectionsPerSource = env.MAX_CONNECTIONS_PER_SOURCE ?? Math.ceil(env.MAX_CONNECTIONS / 2);

if (env.GATEWAY_WORKERS > 1 && cluster.isPrimary) {
  const { GATEWAY_WORKERS: workers, MAX_CONNECTIONS: maxConnections, METRICS_PORT: metricsPort = null } = env;
  runWorkers({ workers, maxConnections, maxConnectionsPerSource, metricsPort }, log);
} else {
  await serve();
}

async function serve(): Promise<void> {
  const gateway = await startGateway({
    databaseUrl: env.GATEWAY_DATABASE_URL,
    metricsPort: env.METRICS_PORT ?? null,
    privateKeys: parseOpeningKeys(env.SEALING_PRIVATE_KEYS),
    trustedProxies: env.TRUSTED_PROXIES,
    host: env.HOST,
    port: env.GATEWAY_PORT,
    authorizePort: env.AUTHORIZE_PORT ?? null,
    maxConnections: env.MAX_CONNECTIONS,
    maxConnectionsPerSource,
    // Longer than any client, connection or upstream may be silent.
    stillMs: 75_000 + env.UPSTREAM_TIMEOUT_SECONDS * 1_000,
    lingerMs: env.DRAIN_SECONDS * 1_000,
    upstream: env.UPSTREAM_URL ? { url: env.UPSTREAM_URL, connectMs: 2_000, answerMs: env.UPSTREAM_TIMEOUT_SECONDS * 1_000 } : null,
    log,
  });
  log.info({ host: env.HOST, port: gateway.port, authorizePort: gateway.authorizePort ?? undefined }, "listening");

  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, async () => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, "draining");
      await gateway.stop();
      log.info("stopped");
      log.flush(() => process.exit(0));
    });
  }
}
