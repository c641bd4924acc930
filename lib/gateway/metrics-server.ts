import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "./metrics";

export type MetricsServer = { port: number; stop(): Promise<void> };

/** Answers GET /metrics on a port of its own, which no client of the gateway need reach. */
export async function serveMetrics(metrics: Metrics, host: string, port: number): Promise<MetricsServer> {
  const server = createServer({ headersTimeout: 3_000, requestTimeout: 10_000 }, async (request, response) => {
    request.resume();
    if (request.url !== "/metrics") return void response.writeHead(404).end();
    if (request.method !== "GET") return void response.writeHead(405, { Allow: "GET" }).end();
    const text = await metrics.text().catch(() => null);
    if (text === null) response.writeHead(500).end();
    else response.writeHead(200, { "Content-Type": metrics.contentType, "Cache-Control": "no-store" }).end(text);
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
