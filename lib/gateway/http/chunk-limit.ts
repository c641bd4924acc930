import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { LRUCache } from "lru-cache";
import type { TrustedProxies } from "../../http/client-address";
import { connectionSource } from "../../http/connection-limits";
import { contentLengthOf, FREE_CHUNKS } from "./body";
import { countChunks } from "./chunk-count";
import { hasHeader } from "./request";
import { announceBody, isSliced, readInSlices } from "./sliced-reads";

const LIMITED_MS = 10_000;
const MAX_SOURCES = 10_000;
/** How many chunks of any size, however small, a body of a limited source may have. */
const LIMITED_FREE = 50;

/**
 * Bounds what bodies in too many chunks cost everybody else.
 *
 * Promise: a source that sends such a body is limited for ten seconds. All its connections are
 * read in slices, those that are open already and those that it opens, and of its next bodies 50
 * chunks may be small instead of a thousand. It is still served, and so is everybody who shares its
 * address.
 * Attack: connections that send chunks of one byte and are opened again when they are refused.
 * Each costs milliseconds before it can be refused, because all that one read brings is parsed
 * together.
 */
export class ChunkLimit {
  /** Until when each source is limited. */
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
    const sliced = isSliced(socket);
    if (hasHeader(rawHeaders, "transfer-encoding"))
      countChunks(message, sliced && this.#isLimited(socket) ? LIMITED_FREE : FREE_CHUNKS, () => exchange.exceed());
    else if (sliced) announceBody(socket, contentLengthOf(rawHeaders));
  }

  /** Call this when a body on this connection came in too many chunks. */
  exceeded(socket: Socket): void {
    const source = connectionSource(socket, this.#trusted);
    if (source === null) return;
    this.#until.set(source, this.#now() + LIMITED_MS);
    for (const other of this.#open.get(source) ?? []) if (other !== socket) readInSlices(other);
  }

  #isLimited(socket: Socket): boolean {
    const source = connectionSource(socket, this.#trusted);
    return source !== null && this.#now() < (this.#until.get(source) ?? 0);
  }

  #connected(socket: Socket): void {
    const source = connectionSource(socket, this.#trusted);
    if (source === null) return;
    if (this.#isLimited(socket)) readInSlices(socket);
    const sockets = this.#open.get(source) ?? new Set();
    this.#open.set(source, sockets.add(socket));
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#open.delete(source);
    });
  }
}
