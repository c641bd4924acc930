import { randomBytes, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";

// PLAN: { port, connections, count, seconds, rate, requests, keys }
//   requests: a file with the texts of requests, sent in turn; or
//   keys: "one source" or "many sources" of made-up keys.
// Sends `count` requests, or sends for `seconds`. With a `rate` per second, the latency of a late
// request counts from when it was due; without one, each connection sends again after each reply.
/**
 * @typedef {{ port: number, connections: number, count: number, seconds?: number, rate: number }}
 * Plan
 * @typedef {{ requests?: string, keys?: string }} What
 */

/** @type {Plan & What} */
const {
  port,
  connections,
  count,
  seconds: most = Number.POSITIVE_INFINITY,
  rate,
  requests,
  keys,
} = JSON.parse(process.env.PLAN ?? "");
/** @type {string[] | null} */
const listed = requests ? JSON.parse(readFileSync(requests, "utf8")) : null;
/** @type {((due: number) => void)[]} */
const idle = [];
/** @type {number[]} */
const took = [];
/** @type {Record<string, number>} */
const statuses = {};
/** The number of replies with 200 in each tenth of a second. @type {number[]} */
const servedAt = [];
const startedAt = Date.now();
const started = performance.now();
let [asked, over] = [0, 0];

const letters = () => randomBytes(16).toString("hex");
const SIGNATURE = "a".repeat(128);

function madeUp() {
  const source = randomInt(2)
    ? [1, 0, 0, 0].map((least) => randomInt(least, 223)).join(".")
    : `2001:${randomBytes(6).toString("hex").match(/.{4}/g)?.join(":")}::1`;
  const forwarded = keys === "many sources" ? `X-Forwarded-For: ${source}\r\n` : "";
  return `POST /api/v2/whoami HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n${forwarded}X-Processing-Key: ${letters()}\r\nX-Processing-Signature: ${SIGNATURE}\r\nContent-Length: 2\r\n\r\n{}`;
}

function open() {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let [received, due] = ["", 0];
  /** @param {string} status */
  const answered = (status) => {
    took.push(performance.now() - due);
    statuses[status] = (statuses[status] ?? 0) + 1;
    const tenth = Math.floor((performance.now() - started) / 100);
    while (servedAt.length <= tenth) servedAt.push(0);
    if (status === "200") servedAt[tenth] = (servedAt[tenth] ?? 0) + 1;
    due = 0;
    over++;
  };
  socket.setEncoding("latin1").on("data", (text) => {
    received += text;
    const end = received.indexOf("\r\n\r\n");
    if (
      end < 0 ||
      received.length < end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(received.slice(0, end))?.[1] ?? 0)
    )
      return;
    if (due) answered(received.slice(9, 12));
    received = "";
    idle.push(ask);
    next();
  });
  socket
    .on("error", () => undefined)
    .on("close", () => {
      if (due) answered("none");
      if (idle.includes(ask)) idle.splice(idle.indexOf(ask), 1);
      if (over < count) open();
    });
  /** @param {number} moment */
  const ask = (moment) => {
    due = moment;
    socket.write(listed?.[asked % listed.length] ?? madeUp(), "latin1");
    asked++;
  };
  socket.once("connect", () => {
    idle.push(ask);
    next();
  });
}

function next() {
  const now = performance.now();
  const owed = rate ? Math.min(count, Math.floor(((now - started) * rate) / 1_000)) : count;
  while (asked < owed && idle.length > 0)
    idle.shift()?.(rate ? started + ((asked + 1) * 1_000) / rate : performance.now());
  if (over >= count || now - started > most * 1_000) finish();
}

function finish() {
  const seconds = (performance.now() - started) / 1_000;
  const sorted = Float64Array.from(took).sort();
  /** @param {number} share */
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  process.stdout.write(
    JSON.stringify({ statuses, startedAt, servedAt, seconds, p50Ms: at(0.5), p99Ms: at(0.99) }),
    () => process.exit(0),
  );
}

for (let n = 0; n < connections; n++) open();
setInterval(next, 1);
