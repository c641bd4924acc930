import type { Server, Socket } from "node:net";
import type { Logger } from "pino";
import { canonicalAddress } from "../platform/ip-allowlist/address";
import { networkOf } from "../platform/ip-allowlist/network";
import type { TrustedProxies } from "./client-address";

/** The limit that a connection exceeded: that of all connections, or that of its source. */
export type Full = "all" | "source";

type Limits = {
  most: number;
  /**
   * For one address, or one IPv6 network of 64 bits. A trusted proxy forwards for many clients,
   * so only `most` limits it.
   */
  mostPerSource: number;
  trusted: TrustedProxies;
  log: Logger;
  /** Called for each connection that was closed because of a limit. */
  refused: (full: Full) => void;
  /** A monotonic clock, in milliseconds. */
  now?: () => number;
};

const LOG_EVERY_MS = 60_000;

/**
 * Closes each connection that exceeds a limit as soon as it opens. Node's own limit does not work
 * with cluster workers, which would pass such a connection around endlessly.
 *
 * Promise: no single source takes all connections. The log reports refused connections once a
 * minute, not one by one.
 * Attack: one machine opens as many sockets as the limit allows, and sends nothing.
 */
export function limitConnections(server: Server, limits: Limits): void {
  const { most, mostPerSource, trusted, log, refused, now = () => performance.now() } = limits;
  const bySource = new Map<string, number>();
  let open = 0;
  const turnedAway = { all: 0, source: 0 };
  let loggedAt = Number.NEGATIVE_INFINITY;

  const turnAway = (full: Full, source: string | null) => {
    turnedAway[full]++;
    refused(full);
    if (now() - loggedAt < LOG_EVERY_MS) return;
    loggedAt = now();
    log.warn({ limit: full, source: source ?? undefined, open, refused: { ...turnedAway } }, "full");
    turnedAway.all = turnedAway.source = 0;
  };

  server.on("connection", (socket) => {
    const source = connectionSource(socket, trusted);
    const ofSource = source === null ? 0 : (bySource.get(source) ?? 0);
    const full = open >= most ? "all" : ofSource >= mostPerSource ? "source" : null;
    if (full) {
      socket.destroy();
      return turnAway(full, source);
    }
    open++;
    if (source !== null) bySource.set(source, ofSource + 1);
    socket.once("close", () => {
      open--;
      if (source === null) return;
      const left = (bySource.get(source) ?? 0) - 1;
      if (left > 0) bySource.set(source, left);
      else bySource.delete(source);
    });
  });
}

/**
 * What a connection counts for: the address of its peer, or its IPv6 network of 64 bits. Null for a
 * trusted proxy, and if the address is unknown: the connection has ended, or the runtime does not
 * report it.
 */
export function connectionSource({ remoteAddress = "" }: Socket, trusted: TrustedProxies): string | null {
  const address = trusted.allows(remoteAddress) ? null : canonicalAddress(remoteAddress);
  return address === null ? null : networkOf(address);
}
