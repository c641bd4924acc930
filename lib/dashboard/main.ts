import { once } from "node:events";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import next from "next";
import { createLog } from "../gateway/log";
import { trustedProxies } from "../http/client-address";
import { withGracefulShutdown } from "../http/graceful-shutdown";
import { exitIfCannotListen } from "../ops/cannot-listen";
import { maxOpenFiles } from "../ops/open-files.mjs";
import { claimPort } from "../ops/ports.mjs";
import { dashboardEnv } from "../platform/env";
import { withBusyStatus } from "./busy-status";
import { checkSealingKeys } from "./check-sealing-keys";
import { consoleToLog } from "./console-log";
import { responseHeaders } from "./response-headers";
import { createDashboardServer } from "./server";
import { staticFiles } from "./static-files";

const env = dashboardEnv();
const { HOST, PORT, PUBLIC_ORIGIN, TRUSTED_PROXIES } = env;
const dev = process.argv.includes("--dev");
const trusted = trustedProxies(TRUSTED_PROXIES);
const log = createLog(env.LOG_LEVEL, undefined, "dashboard");
// In development, Next's own output is left as it is.
if (!dev) consoleToLog(log);

const listening = { ports: { PORT }, host: HOST, command: "npm run dashboard" };
// Checked before Next starts, which takes a second or two.
await exitIfCannotListen(listening, () => claimPort({ variable: "PORT", port: PORT, ...listening }));

await exitIfCannotListen(listening, () => checkSealingKeys(env));

/** File descriptors that the dashboard itself needs: its databases, Next's files, its log. */
const OWN_FILES = 128;
const maxConnections = Math.min(
  env.DASHBOARD_MAX_CONNECTIONS,
  Math.max(1, (maxOpenFiles() ?? Number.POSITIVE_INFINITY) - OWN_FILES),
);
const tls = PUBLIC_ORIGIN.startsWith("https://");
const { server, answer } = createDashboardServer({
  publicOrigin: PUBLIC_ORIGIN,
  ...{ trusted, maxConnections, log },
  maxConnectionsPerSource: env.DASHBOARD_MAX_CONNECTIONS_PER_SOURCE ?? Math.ceil(maxConnections / 4),
  headersFor: (nonce) => responseHeaders({ nonce, tls, development: dev }),
  handle: async (request, response) => {
    if (!serveStatic(request, response)) await withBusyStatus(response, () => handle(request, response));
  },
});
// A proxy can send requests to another dashboard, but may be sending one here just now, so it gets
// a longer grace period. A browser that is connected directly has no other dashboard.
const graceMs = ({ remoteAddress = "" }: Socket) => (trusted.allows(remoteAddress) ? 3_000 : 100);
const drained = withGracefulShutdown(server, answer, { graceMs, limitMs: dev ? 300 : 10_000 });
// Built pages use no web sockets, so Next gets a server that never listens; upgrades are ignored.
const app = next({ dev, dir: process.cwd(), hostname: HOST, port: PORT, httpServer: dev ? server : createServer() });
const handle = await exitIfCannotListen(listening, async () => {
  await app.prepare();
  return app.getRequestHandler();
});
// The headers that every response needs are already set by then.
const serveStatic = await staticFiles(process.cwd());
// Before the port opens: a dashboard that serves requests must not end without their answers.
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => void drained().then(() => log.flush(() => process.exit(0))));
await exitIfCannotListen(listening, () => once(server.listen(PORT, HOST), "listening"));
