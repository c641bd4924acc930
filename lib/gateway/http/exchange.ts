import type { IncomingMessage, ServerResponse } from "node:http";
import { releaseConnection } from "../../http/release-connection";
import type { Receiver } from "../proxy/upstream";
import { readBody } from "./body";
import type { ChunkLimit } from "./chunk-limit";
import { discardBody } from "./discard-body";
import type { Answer, ErrorCode } from "./errors";
import { passOn } from "./pass-on";
import type { Body } from "./request";

/**
 * After these errors it is unknown where the next request would begin, so the connection closes.
 */
const LAST_WORDS: ReadonlySet<string> = new Set<ErrorCode>([
  "bad_request",
  "headers_too_large",
  "request_timeout",
  "expectation_failed",
]);

/**
 * One request and its response on node:http. Reads the body on demand, writes one answer, and
 * leaves the connection ready for the next request or closes it.
 */
export class Exchange {
  /** When the headers were read completely, on the monotonic clock, in milliseconds. */
  readonly began = performance.now();
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  /**
   * Whether the server has stopped accepting connections: open ones close with their next answer.
   */
  readonly #closing: () => boolean;
  /** The client waits for "100 Continue" before it sends its body (RFC 9110, 10.1.1). */
  #awaitsContinue: boolean;
  #broken: ErrorCode | null = null;
  /** The answer was written, and the connection closes when the rest of the body is read. */
  #lingering = false;
  #endReading: ((problem: ErrorCode) => void) | null = null;
  /** The body came in too many chunks. What there is of it may be only a part. */
  #exceeded = false;
  /** Ends the reading of a body that nobody needs. */
  #endDiscarding: (() => void) | null = null;
  /** Is told if the body comes in too many chunks. */
  readonly #chunks: Pick<ChunkLimit, "exceeded">;

  constructor(
    message: IncomingMessage,
    response: ServerResponse,
    awaitsContinue: boolean,
    closing: () => boolean,
    chunks: Pick<ChunkLimit, "exceeded">,
  ) {
    this.#chunks = chunks;
    this.#message = message;
    this.#response = response;
    this.#awaitsContinue = awaitsContinue;
    this.#closing = closing;
  }

  body(): Promise<Body | ErrorCode> {
    if (this.#exceeded) return Promise.resolve("bad_request");
    if (this.#broken && !this.#message.complete) return Promise.resolve(this.#broken);
    if (this.#awaitsContinue) this.#response.writeContinue();
    this.#awaitsContinue = false;
    return readBody(
      this.#message,
      (end) => {
        this.#endReading = end;
      },
      () => this.exceed(),
    );
  }

  /**
   * Call this when the body comes in too many chunks. It is not read further, is refused if
   * somebody needs it, and the connection ends once the answer is written. Until then, which may
   * take as long as the database, each further read would cost milliseconds.
   */
  exceed(): void {
    if (this.#exceeded) return;
    this.#exceeded = true;
    this.#readNoMore();
    this.#chunks.exceeded(this.#message.socket);
    this.#endReading?.("bad_request");
    this.#endDiscarding?.();
  }

  /**
   * Call this when the connection sends something malformed or too late. Returns true if the
   * error belongs to this exchange, which is the case until the exchange is over. An error ends a
   * body that is still being read, and closes the connection if nobody reads the rest of the
   * body. After a complete body it only prevents a next request.
   */
  break(problem: ErrorCode): boolean {
    const answered = this.#response.writableFinished || this.#lingering;
    if (answered && this.#message.complete) return false;
    this.#broken = problem;
    if (answered) this.#message.socket.destroy();
    else if (!this.#message.complete) this.#endReading?.(problem);
    return true;
  }

  write({ status, headers, body }: Answer, problem: string, requestId: string): void {
    const close = this.#closes() || LAST_WORDS.has(problem);
    const isRead = this.#message.complete && this.#message.readableLength === 0 && !this.#exceeded;
    const length = String(Buffer.byteLength(body));
    const lines = [...headers, "Content-Length", length, "Cache-Control", "no-store", "X-Request-Id", requestId];
    if (close) lines.push("Connection", "close");
    this.#response.writeHead(status, lines);
    if (!isRead && this.#lingers(problem)) this.#writeThenRead(body);
    else this.#response.end(body);
    if (isRead || this.#lingering) return;
    if (close) this.#readNoMore();
    else this.#discard(() => this.#stopReading());
  }

  /**
   * Passes an upstream's answer on as it arrives, and no faster than the client reads it. The
   * request's body was read before.
   */
  receiver(requestId: string): Receiver {
    const { socket } = this.#message;
    return passOn(this.#response, socket, requestId, {
      closes: () => this.#closes(),
      isBroken: () => this.#broken !== null,
    });
  }

  /** The status, once it was sent to the client. */
  get status(): number | undefined {
    return this.#response.headersSent ? this.#response.statusCode : undefined;
  }

  /**
   * Runs `then` when the client goes away, or at once if it already has. The returned function
   * cancels this.
   */
  whenGone(then: () => void): () => void {
    const { socket } = this.#message;
    if (socket.destroyed) then();
    // There is one listener for each request that the client has pipelined.
    socket.setMaxListeners(0).once("close", then);
    return () => socket.off("close", then);
  }

  /**
   * Resets the connection. Half an answer must never look complete: without a length, an ordinary
   * close would end it properly (RFC 9112, 6.3).
   */
  cut(): void {
    this.#message.socket.resetAndDestroy();
  }

  #closes(): boolean {
    return this.#closing() || this.#broken !== null || this.#awaitsContinue || this.#exceeded;
  }

  /**
   * Whether the connection closes because the client asked for it, or because the gateway stops.
   */
  #lingers(problem: string): boolean {
    if (LAST_WORDS.has(problem) || this.#broken !== null || this.#awaitsContinue || this.#exceeded) return false;
    return this.#closing() || !this.#response.shouldKeepAlive;
  }

  /**
   * Sends the whole answer, and ends it when the rest of the body is read (RFC 9112, 9.6). A
   * connection that is closed with unread data is reset, and a client that is still sending then
   * never reads its answer.
   */
  #writeThenRead(body: string): void {
    this.#lingering = true;
    this.#response.flushHeaders();
    this.#response.write(body);
    this.#message.once("end", () => this.#response.end());
    this.#discard(() => this.#response.end());
  }

  #discard(end: () => void): void {
    this.#endDiscarding = end;
    if (this.#exceeded) end();
    else discardBody(this.#message, () => this.exceed());
  }

  /** Call this only if the connection ends with this answer, which has its time to arrive. */
  #readNoMore(): void {
    const { socket } = this.#message;
    this.#message.pause();
    socket.pause();
    // Once a response is finished node reads what is left of its request, or closes the connection.
    socket.resume = () => socket;
    socket.destroySoon = () => {
      socket.end();
      releaseConnection(socket);
    };
  }

  #stopReading(): void {
    this.#readNoMore();
    this.#whenAnswered(() => releaseConnection(this.#message.socket));
  }

  /** Earlier requests on this connection may still be waiting for their answers. */
  #whenAnswered(then: () => void): void {
    if (this.#response.writableFinished) then();
    else this.#response.once("finish", then);
  }
}
