import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import next from "next";
import { dashboardEnv } from "../env";
import { trustedProxies } from "../gateway/source-address";
import { ALLOW, receive, type Verdict } from "./front-door";

const { HOST, PORT, PUBLIC_ORIGIN, TRUSTED_PROXIES } = dashboardEnv();
const dev = process.argv.includes("--dev");
const rules = { publicOrigin: PUBLIC_ORIGIN, trusted: trustedProxies(TRUSTED_PROXIES) };

const server = createServer({ headersTimeout: 15_000, requestTimeout: 60_000 });
// Built pages use no web sockets, so Next gets a server that never listens to wait for them on; an upgrade is then ignored.
const app = next({ dev, dir: process.cwd(), hostname: HOST, port: PORT, httpServer: dev ? server : createServer() });
await app.prepare();
const handle = app.getRequestHandler();

server.on("request", (request: IncomingMessage, response: ServerResponse) => {
  const { method, url, headers } = request;
  const verdict = receive({ method, url, headers, peer: request.socket.remoteAddress ?? "" }, rules);
  if (verdict.pass) void handle(request, response);
  else turnAway(response, verdict);
});
server.listen(PORT, HOST);

function turnAway(response: ServerResponse, verdict: Exclude<Verdict, { pass: true }>): void {
  const headers = verdict.status === 307 ? { Location: verdict.location } : verdict.status === 405 ? { Allow: ALLOW } : {};
  response.writeHead(verdict.status, { ...headers, "Cache-Control": "no-store", "Content-Length": 0, Connection: "close" }).end();
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, drain);

/** Takes no more requests, lets those under way finish for a moment, then ends. */
function drain(): void {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), dev ? 300 : 3_000).unref();
}
