import { readSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { withGracefulShutdown } from "@/lib/http/graceful-shutdown";

/*
 * A server that drains at SIGTERM, with the given grace period and limit in milliseconds. For
 * every known path it prints "taken" and then does what the path says.
 */
const [graceMs = 0, limitMs = 0] = process.argv.slice(2).map(Number);

const PATHS: Record<string, (end: () => void) => void> = {
  /** Blocks the process until a line arrives on standard input. */
  "/busy": (end) => {
    readSync(0, Buffer.alloc(1));
    end();
  },
  /** 50 ms of work. */
  "/work": (end) => {
    for (const until = performance.now() + 50; performance.now() < until; );
    end();
  },
  /** Replies only after SIGTERM. */
  "/slow": (end) => void process.once("SIGTERM", () => setTimeout(end, 100)),
  "/never": () => undefined,
};

function answer(url: string, response: ServerResponse): void {
  const end = () => void setTimeout(() => response.end(url), 0);
  const path = PATHS[url];
  if (path) console.log("taken");
  if (path) path(end);
  else end();
}

const server = createServer({ keepAliveTimeout: 65_000 });
const drained = withGracefulShutdown(server, ({ url = "" }, response) => answer(url, response), {
  graceMs: () => graceMs,
  limitMs,
});
process.once("SIGTERM", () => drained().then(() => process.exit(0)));
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
