import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { LRUCache } from "lru-cache";
import type { TrustedProxies } from "../../http/client-address";
import { connectionSource } from "../../http/connection-limits";
import { contentLengthOf, FREE_CHUNKS } from "./body";
import { countChunks, SMALL_STEP } from "./chunk-count";
import { hasHeader } from "./request";
import { announceBody, isSliced, readInSlices } from "./sliced-reads";

const LIMITED_MS = 10_000;
const MAX_SOURCES = 10_000;
/** How many chunks of any size, however small, a body of a limited source may have. */
const LIMITED_FREE = 50;
/**
 * How many small chunks a source may send in a second before its connections are read in slices.
 */
const FREE_A_SECOND = 2 * FREE_CHUNKS;

/**
 * Bounds what small chunks cost everybody else.
 *
 * Promise: a source that sends a body in too many chunks is limited for ten seconds. Meanwhile all
 * its connections are read in slices, those that are open already and those that it opens, and of
 * its bodies 50 chunks may be small instead of a thousand. If only its bodies together have too
 * many small chunks, its connections are read in slices and nothing else changes. It is still
 * served, and so is everybody who shares its address.
 * Attack: connections that send chunks of one byte and are opened again when they are refused.
 * Each costs milliseconds before it can be refused, because all that one read brings is parsed
 * together. Or one body after the other, each with as many chunks as are allowed.
 */
export class ChunkLimit {
  /** Until when the bodies of each source are limited. */
  readonly #limited = new LRUCache<string, number>({ max: MAX_SOURCES });
  /** Until when the connections of each source are read in slices. */
  readonly #sliced = new LRUCache<string, number>({ max: MAX_SOURCES });
  /** The small chunks of each source in the second that began then. */
  readonly #small = new LRUCache<string, { began: number; chunks: number }>({ max: MAX_SOURCES });
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

  /**
   * Call this as soon as the headers are parsed. `exceed` is called if there are too many chunks.
   */
  began(message: IncomingMessage, exchange: { exceed(): void }): void {
    const { rawHeaders, socket } = message;
    if (hasHeader(rawHeaders, "transfer-encoding"))
      countChunks(message, {
        free: isSliced(socket) && this.#isIn(this.#limited, this.#sourceOf(socket)) ? LIMITED_FREE : FREE_CHUNKS,
        exceeded: () => exchange.exceed(),
        small: () => this.#countSmall(socket),
      });
    else if (isSliced(socket)) announceBody(socket, contentLengthOf(rawHeaders));
  }

  /** Call this when a body on this connection came in too many chunks. */
  exceeded(socket: Socket): void {
    const source = this.#sourceOf(socket);
    if (source === null) return;
    this.#limited.set(source, this.#now() + LIMITED_MS);
    this.#sliceAll(source, socket);
  }

  #countSmall(socket: Socket): void {
    const source = this.#sourceOf(socket);
    if (source === null) return;
    const now = this.#now();
    const last = this.#small.get(source);
    const small = last && now - last.began < 1_000 ? last : { began: now, chunks: 0 };
    small.chunks += SMALL_STEP;
    this.#small.set(source, small);
    if (small.chunks <= FREE_A_SECOND) return;
    this.#sliceAll(source, socket);
    // Not while its parser is at work. The rest of this read is parsed as it is.
    if (!isSliced(socket)) setImmediate(() => this.#slice(socket, source));
  }

  #sliceAll(source: string, but: Socket): void {
    this.#sliced.set(source, this.#now() + LIMITED_MS);
    for (const socket of this.#open.get(source) ?? []) if (socket !== but) this.#slice(socket, source);
  }

  #slice(socket: Socket, source: string): void {
    readInSlices(socket, () => this.#isIn(this.#sliced, source));
  }

  #isIn(limits: LRUCache<string, number>, source: string | null): boolean {
    return source !== null && this.#now() < (limits.get(source) ?? 0);
  }

  #sourceOf(socket: Socket): string | null {
    return connectionSource(socket, this.#trusted);
  }

  #connected(socket: Socket): void {
    const source = this.#sourceOf(socket);
    if (source === null) return;
    if (this.#isIn(this.#sliced, source)) this.#slice(socket, source);
    const sockets = this.#open.get(source) ?? new Set();
    this.#open.set(source, sockets.add(socket));
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#open.delete(source);
    });
  }
}
