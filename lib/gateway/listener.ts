import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { drainAcceptQueue } from "../http/drain-accept-queue";
import { listenerOf } from "./runtime";

const LOOK_MS = 100;
/** A second without a lease. Counted in looks: a process that stood still for as long looked once, and has its next lease in a moment. */
const LOOKS_WITHOUT = 10;

type Settings = {
  host: string;
  port: number;
  hasLease(): boolean;
  tell: { shut(port: number): void; opened(port: number): void; failed(error: unknown): void };
};

export type Listener = {
  port: number;
  /** For good: takes what waits to be accepted, then no new connections. Those that are open stay. */
  shut(): Promise<void>;
};

/**
 * A server's port: open while there is a lease, shut after a second without one, open again with the next. Connections that are open stay, and hear 503.
 *
 * Why: whoever stands in front of several gateways sends half of its requests to the one that can judge none of them, and only a refused connection makes
 * it ask another.
 */
export async function listen(server: Server, { host, port, hasLease, tell }: Settings): Promise<Listener> {
  const open = async (at: number) => {
    await once(server.listen(at, host), "listening");
    return listenerOf(server);
  };
  let door = await open(port);
  const bound = (server.address() as AddressInfo).port;
  let without = hasLease() ? 0 : LOOKS_WITHOUT;
  let moving: Promise<void> | null = null;

  const move = async () => {
    if (server.listening && without >= LOOKS_WITHOUT) {
      await drainAcceptQueue(server);
      if (hasLease()) return;
      door.shut();
      tell.shut(bound);
    } else if (!server.listening && without === 0) {
      door = await open(bound);
      tell.opened(bound);
    }
  };
  const look = async () => {
    without = hasLease() ? 0 : without + 1;
    moving ??= move()
      .catch(tell.failed)
      .finally(() => {
        moving = null;
      });
    await moving;
  };
  await move();
  const looking = setInterval(look, LOOK_MS);
  return {
    port: bound,
    async shut() {
      clearInterval(looking);
      await moving;
      await drainAcceptQueue(server);
      door.shut();
    },
  };
}
