import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { freePort as anyFreePort } from "@/lib/ops/ports.mjs";

const COUNT = 10_000;
/** The ports below those that the system gives to connections and to servers without a port. */
const FIRST = firstGivenBySystem() - COUNT;

/**
 * A port of 127.0.0.1 that is free, and that nobody else takes before the server that it is for
 * opens it: the system gives it to nobody, and it is this process's by a UDP socket of the same
 * number, which others who choose a port find taken. It ends with the process.
 */
export async function freePort(): Promise<number> {
  if (FIRST < 1_024) return anyFreePort();
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if ((await claim(port)) && (await opens(port))) return port;
  }
}

async function claim(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  socket.bind({ port, address: "127.0.0.1", exclusive: true });
  const claimed = await once(socket, "listening").then(
    () => true,
    () => false,
  );
  if (claimed) socket.unref();
  else socket.close();
  return claimed;
}

async function opens(port: number): Promise<boolean> {
  const server = createServer();
  server.listen({ port, host: "127.0.0.1", exclusive: true });
  const opened = await once(server, "listening").then(
    () => true,
    () => false,
  );
  if (opened) await new Promise((resolve) => server.close(resolve));
  return opened;
}

function firstGivenBySystem(): number {
  try {
    return Number.parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
  } catch {
    // macOS gives ports from 49152 on.
    return 49_152;
  }
}
