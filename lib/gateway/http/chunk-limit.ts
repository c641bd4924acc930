import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { LRUCache } from "lru-cache";
import type { TrustedProxies } from "../../http/client-address";
import { connectionSource } from "../../http/connection-limits";
import { contentLengthOf } from "./body";
import { countChunks } from "./chunk-count";
import { hasHeader } from "./request";
import { announceBody, isSliced, readInSlices } from "./sliced-reads";

const SLICED_MS = 10_000;
const MAX_SOURCES = 10_000;

/**
 * Bounds what bodies in too many chunks cost everybody else.
 *
 * Promise: when a source sends such a body, all its connections are read in slices at once, and
 * so are the ones that it opens within ten seconds. It is still served, and so is everybody who
 * shares its address.
 * Attack: connections that send chunks of one byte and are opened again when they are refused.
 * Each costs milliseconds before it can be refused, because all that one read brings is parsed
 * together.
 */
export class ChunkLimit {
  /** Until when the new connections of a source are read in slices. */
  readonly #until = new LRUCache<string, number>({ max: MAX_SOURCES });
  readonly #open = new Map<string, Set<Socket>>();
  readonly #trusted: TrustedProxies;
  readonly #now: () => number;

  /**
   * @param trusted proxies whose connections are never sliced: they carry many clients' requests
   * @param now a monotonic clock, in milliseconds
   */
  constructor(server: Server, trusted: TrustedProxies, now = () => performance.now()) {
    this.#trusted = trusted;
    this.#now = now;
    // Bun's sockets do not hand over what they read.
    if (!process.versions.bun) server.on("connection", (socket) => this.#connected(socket));
  }

  /** Call this as soon as the headers are parsed. `exceed` is called if there are too many chunks. */
  began(message: IncomingMessage, exchange: { exceed(): void }): void {
    const { rawHeaders, socket } = message;
    if (hasHeader(rawHeaders, "transfer-encoding")) countChunks(message, () => exchange.exceed());
    else if (isSliced(socket)) announceBody(socket, contentLengthOf(rawHeaders));
  }

  /** Call this when a body on this connection came in too many chunks. */
  exceeded(socket: Socket): void {
    const source = connectionSource(socket, this.#trusted);
    if (source === null) return;
    this.#until.set(source, this.#now() + SLICED_MS);
    for (const other of this.#open.get(source) ?? []) if (other !== socket) readInSlices(other);
  }

  #connected(socket: Socket): void {
    const source = connectionSource(socket, this.#trusted);
    if (source === null) return;
    if (this.#now() < (this.#until.get(source) ?? 0)) readInSlices(socket);
    const sockets = this.#open.get(source) ?? new Set();
    this.#open.set(source, sockets.add(socket));
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#open.delete(source);
    });
  }
}
