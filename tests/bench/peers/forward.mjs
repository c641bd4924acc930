import { createServer } from "node:http";
import { createRequire } from "node:module";

// Uses the repository's own undici with the gateway's settings. Streams requests and replies
// through
// without authentication.
const { Pool } = createRequire(new URL("../../../package.json", import.meta.url))("undici");
const pool = new Pool(process.env.UPSTREAM_URL, {
  connections: null,
  pipelining: 1,
  headersTimeout: 8_000,
  bodyTimeout: 8_000,
});
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const OURS = new Set(["host", "expect", "x-forwarded-for"]);

function kept(raw, drops) {
  const lines = [];
  for (let n = 0; n < raw.length; n += 2)
    if (!drops(String(raw[n]).toLowerCase())) lines.push(String(raw[n]), String(raw[n + 1]));
  return lines;
}

createServer((message, response) => {
  const headers = [
    ...kept(message.rawHeaders, (name) => HOP_BY_HOP.has(name) || OURS.has(name)),
    "X-Forwarded-For",
    message.socket.remoteAddress,
  ];
  pool.dispatch(
    { method: message.method, path: message.url, headers, body: message },
    {
      onRequestStart: (controller) =>
        response.once("close", () => response.writableFinished || controller.abort(new Error("client gone"))),
      onResponseStart(controller, status) {
        response.writeHead(
          status,
          kept(controller.rawHeaders, (name) => HOP_BY_HOP.has(name)),
        );
        response.on("drain", () => controller.resume());
      },
      onResponseData: (controller, chunk) => void (response.write(chunk) || controller.pause()),
      onResponseEnd: () => response.end(),
      onResponseError: () => (response.headersSent ? response.destroy() : response.writeHead(502).end()),
    },
  );
}).listen(Number(process.env.PORT), "127.0.0.1");
