import { connect } from "node:net";

// PLAN: { port, connections, seconds, head }
// Half of the connections send a request's headers one byte at a time, the other half its body. A
// connection that is ended is opened again.
/** @type {{ port: number, connections: number, seconds: number, head: string }} */
const { port, connections, seconds, head } = JSON.parse(process.env.PLAN ?? "");
const EVERY_MS = 500;
const until = performance.now() + seconds * 1_000;
/**
 * @typedef {"headers" | "body"} Part
 * @typedef {Record<Part, number[]>} Times
 */

/** @type {Times} */
const ended = { headers: [], body: [] };
/** @type {Times} */
const alive = { headers: [], body: [] };

/** @param {Part} part */
function open(part) {
  const socket = connect(port, "127.0.0.1");
  const since = performance.now();
  alive[part].push(since);
  const beginning = part === "body" ? `${head}\r\n\r\n` : head.slice(0, 16);
  const rest = part === "body" ? "{".padEnd(200) : head.slice(16);
  let at = 0;
  socket.once("connect", () => socket.write(beginning));
  const timer = setInterval(() => socket.write(rest.charAt(at++ % rest.length)), EVERY_MS);
  socket
    .on("error", () => undefined)
    .resume()
    .on("close", () => {
      clearInterval(timer);
      alive[part].splice(alive[part].indexOf(since), 1);
      ended[part].push(performance.now() - since);
      if (performance.now() < until) open(part);
    });
}

for (let n = 0; n < connections; n++) setTimeout(open, n, n % 2 ? "headers" : "body");
setTimeout(() => {
  /** @param {Part} part */
  const oldest = (part) =>
    Math.max(0, ...ended[part], ...alive[part].map((since) => performance.now() - since)) / 1_000;
  const open = alive.headers.length + alive.body.length;
  const told = {
    open,
    ended: ended.headers.length + ended.body.length,
    headersSeconds: oldest("headers"),
    bodySeconds: oldest("body"),
  };
  process.stdout.write(JSON.stringify(told), () => process.exit(0));
}, seconds * 1_000);
