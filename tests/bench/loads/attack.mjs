import { readFileSync } from "node:fs";
import { connect } from "node:net";

// PLAN: { port, seconds, connections, kind, request: a file with a request's text }
// The attack comes from a different address than the honest client.
//   silent: opens connections that send nothing, and opens each again when it is ended.
//   chunks: sends the head, then endless chunks of one byte; repeated if the connection ends.
//   requests: sends the whole request on every connection at once, waits for all replies, repeats.
/** @typedef {"silent" | "chunks" | "requests"} Kind */

/** @type {{ port: number, seconds: number, connections: number, kind: Kind, request?: string }} */
const { port, seconds, connections, kind, request } = JSON.parse(process.env.PLAN ?? "");
const text = request ? readFileSync(request) : Buffer.alloc(0);
const until = performance.now() + seconds * 1_000;
/** @type {Record<string, number>} */
const statuses = {};
/** @param {string} status */
const count = (status) => {
  statuses[status] = (statuses[status] ?? 0) + 1;
};
const CHUNKS = Buffer.from("1\r\nx\r\n".repeat(2_000));

const opened = () =>
  connect({ port, host: "127.0.0.1", localAddress: "127.0.0.2", noDelay: true }).on("error", () => undefined);
const over = () => performance.now() >= until;

function silent() {
  opened()
    .resume()
    .on("close", () => over() || setTimeout(silent, 100));
}

function chunks() {
  const socket = opened();
  const send = () => {
    while (!socket.destroyed && socket.write(CHUNKS));
  };
  socket.once("connect", () => {
    socket.write(text);
    send();
  });
  socket
    .on("drain", send)
    .on("data", (data) => count(data.toString("latin1", 9, 12)))
    .on("close", () => over() || setTimeout(chunks, 1));
}

/** @param {import("node:net").Socket} socket @returns {Promise<string>} */
const answered = (socket) =>
  new Promise((resolve) => {
    const ended = () => resolve("none");
    socket.once("close", ended).once("data", (data) => {
      socket.off("close", ended);
      resolve(data.toString("latin1", 9, 12));
    });
    socket.write(text);
  });

async function requests() {
  let sockets = Array.from({ length: connections }, opened);
  while (!over()) {
    const told = await Promise.all(sockets.map(answered));
    for (const status of told) count(status);
    sockets = sockets.map((socket) => (socket.destroyed ? opened() : socket));
  }
}

if (kind === "requests") void requests();
else for (let n = 0; n < connections; n++) ({ silent, chunks })[kind]();
setTimeout(() => process.stdout.write(JSON.stringify({ statuses }), () => process.exit(0)), seconds * 1_000 + 500);
