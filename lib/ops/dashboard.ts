import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import next from "next";
import { dashboardEnv } from "../env";
import { trustedProxies } from "../gateway/source-address";
import { responseHeaders } from "../session/response-headers";
import { withBusyStatus } from "./busy-status";
import { orOneLine } from "./cannot-listen.mjs";
import { drainable } from "./drainable";
import { ALLOW, receive, type Verdict } from "./front-door";
import { claimPort } from "./ports.mjs";
import { checkSealingKeys } from "./sealing-keys-held";
import { staticFiles } from "./static-files";
import { bearUnreadOutput } from "./unread-output";

bearUnreadOutput();

const env = dashboardEnv();
const { HOST, PORT, PUBLIC_ORIGIN, TRUSTED_PROXIES } = env;
const dev = process.argv.includes("--dev");
const trusted = trustedProxies(TRUSTED_PROXIES);
const rules = { publicOrigin: PUBLIC_ORIGIN, trusted };

const listening = { ports: { PORT }, host: HOST, command: "npm run dashboard" };
// Before Next is brought up, which takes a second or two.
await orOneLine(listening, () => claimPort({ variable: "PORT", port: PORT, ...listening }));

await orOneLine(listening, () => checkSealingKeys(env));

// Idle connections are closed by the proxy, not under its hands: nginx keeps them for 60 s unless it is told otherwise.
const server = createServer({ headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 });
// A proxy has another dashboard to turn to and may be sending just now; a browser that talks to this one alone has not.
const graceMs = ({ remoteAddress = "" }: Socket) => (trusted.allows(remoteAddress) ? 3_000 : 100);
// Built pages use no web sockets, so Next gets a server that never listens to wait for them on; an upgrade is then ignored.
const app = next({ dev, dir: process.cwd(), hostname: HOST, port: PORT, httpServer: dev ? server : createServer() });
await app.prepare();
const handle = app.getRequestHandler();
// No page: its scripts and style sheets run nothing by themselves.
const headers = responseHeaders({ nonce: "", tls: PUBLIC_ORIGIN.startsWith("https://"), development: dev });
const serveStatic = await staticFiles(process.cwd(), headers);

const answer = (request: IncomingMessage, response: ServerResponse) => {
  const { method, url, headers } = request;
  const verdict = receive({ method, url, headers, peer: request.socket.remoteAddress ?? "" }, rules);
  if (verdict.pass && serveStatic(request, response)) return;
  if (verdict.pass) void withBusyStatus(response, () => handle(request, response));
  else turnAway(response, verdict);
};
const drained = drainable(server, answer, { graceMs, limitMs: dev ? 300 : 10_000 });
await orOneLine(listening, () => once(server.listen(PORT, HOST), "listening"));

function turnAway(response: ServerResponse, verdict: Exclude<Verdict, { pass: true }>): void {
  const headers = verdict.status === 307 ? { Location: verdict.location } : verdict.status === 405 ? { Allow: ALLOW } : {};
  response.writeHead(verdict.status, { ...headers, "Cache-Control": "no-store", "Content-Length": 0, Connection: "close" }).end();
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void drained().then(() => process.exit(0)));
