import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { drainAcceptQueue } from "../http/drain-accept-queue";
import { listenerOf } from "./runtime";

const LOOK_MS = 100;
/**
 * A second without a lease, counted in checks and not in time: a process that was suspended for a
 * second checks once, and has its next lease a moment later.
 */
const LOOKS_WITHOUT = 10;

type Settings = {
  host: string;
  port: number;
  hasLease(): boolean;
  tell: { shut(port: number): void; opened(port: number): void; failed(error: unknown): void };
};

export type Listener = {
  port: number;
  /**
   * Closes the port for good: accepts the connections that are waiting, then no new ones. Open
   * connections stay.
   */
  shut(): Promise<void>;
};

/**
 * A server's port. It is open while there is a lease, closes after a second without one, and
 * opens again with the next lease. Open connections stay and receive 503.
 *
 * Why: a load balancer in front of two gateways would keep sending half of its requests to the
 * one that cannot check any. Only a refused connection makes it try the other.
 */
export async function listen(server: Server, { host, port, hasLease, tell }: Settings): Promise<Listener> {
  const open = async (at: number) => {
    await once(server.listen(at, host), "listening");
    return listenerOf(server);
  };
  let listener = await open(port);
  const bound = (server.address() as AddressInfo).port;
  let without = hasLease() ? 0 : LOOKS_WITHOUT;
  let moving: Promise<void> | null = null;
  let toldFailed = false;

  const move = async () => {
    if (server.listening && without >= LOOKS_WITHOUT) {
      await drainAcceptQueue(server);
      if (hasLease()) return;
      listener.shut();
      tell.shut(bound);
    } else if (!server.listening && without === 0) {
      listener = await open(bound);
      toldFailed = false;
      tell.opened(bound);
    }
  };
  /** Once, until the port opens: another program may hold it for days. */
  const failed = (error: unknown) => {
    if (!toldFailed) tell.failed(error);
    toldFailed = true;
  };
  const look = async () => {
    without = hasLease() ? 0 : without + 1;
    moving ??= move()
      .catch(failed)
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
      listener.shut();
    },
  };
}
