import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "./metrics";

type Page = { status: number; type: string; text: string };
const OK: Page = { status: 200, type: "text/plain; charset=utf-8", text: "OK" };
const FAILED: Page = { ...OK, status: 500, text: "" };

export type MetricsServer = { port: number; stop(): Promise<void> };

/**
 * Serves GET /metrics on its own port, which no client of the gateway needs to reach. It also
 * serves /healthz and /readyz, for a supervisor that restarts stuck processes: the gateway's own
 * port is closed while there is no lease, and a restart would not bring one.
 */
export async function serveMetrics(
  metrics: Metrics,
  ready: () => boolean,
  host: string,
  port: number,
): Promise<MetricsServer> {
  const pages: { [path: string]: () => Promise<Page> } = {
    __proto__: null as never,
    "/metrics": async () => ({ status: 200, type: metrics.contentType, text: await metrics.text() }),
    "/healthz": async () => OK,
    "/readyz": async () => (ready() ? OK : { ...OK, status: 503, text: "no lease" }),
  };
  const server = createServer({ headersTimeout: 3_000, requestTimeout: 10_000 }, async (request, response) => {
    request.resume();
    const page = pages[request.url ?? ""];
    if (!page) return void response.writeHead(404).end();
    if (request.method !== "GET") return void response.writeHead(405, { Allow: "GET" }).end();
    const { status, type, text } = await page().catch(() => FAILED);
    response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(text);
  });
  await once(server.listen(port, host), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}
