import type { IncomingMessage, ServerResponse } from "node:http";
import { releaseConnection } from "../cache/release-connection";
import { responseHeaders } from "../proxy/headers";
import type { Receiver } from "../proxy/upstream";
import { MOST_BODY_BYTES, mostPieces, readBody } from "./body";
import type { Answer, ErrorCode } from "./errors";
import type { Body } from "./request";
import { runWithTick } from "./tick-batch";

/** How much of a body that nobody reads is thrown away before the connection is: an answer reaches a client that is still sending. */
const MOST_DISCARDED_BYTES = 8 * MOST_BODY_BYTES;

/** After these nobody knows where the next request would begin. */
const LAST_WORDS: ReadonlySet<string> = new Set<ErrorCode>(["bad_request", "headers_too_large", "request_timeout", "expectation_failed"]);

/** One request and its response on node:http: reads the body when asked, writes one answer, leaves the connection fit for the next request or closes it. */
export class Exchange {
  /** When the end of the headers was read, on the monotonic clock, in milliseconds. */
  readonly began = performance.now();
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  /** Whether the server takes no new connections any more: the ones it has end with their next answer. */
  readonly #closing: () => boolean;
  /** The client waits to be told to send its body (RFC 9110, 10.1.1). */
  #awaitsContinue: boolean;
  #broken: ErrorCode | null = null;
  #endReading: ((problem: ErrorCode) => void) | null = null;

  constructor(message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean, closing: () => boolean) {
    this.#message = message;
    this.#response = response;
    this.#awaitsContinue = awaitsContinue;
    this.#closing = closing;
  }

  body(): Promise<Body | ErrorCode> {
    if (this.#broken && !this.#message.complete) return Promise.resolve(this.#broken);
    if (this.#awaitsContinue) this.#response.writeContinue();
    this.#awaitsContinue = false;
    return readBody(this.#message, (end) => {
      this.#endReading = end;
    });
  }

  /**
   * What this connection sends makes no sense, or comes too late. While this exchange is not over that is its own problem, and it answers true:
   * a body still being read ends with it, a body nobody reads takes the connection along, and after a whole body there is no next request.
   */
  break(problem: ErrorCode): boolean {
    const answered = this.#response.writableFinished;
    if (answered && this.#message.complete) return false;
    this.#broken = problem;
    if (answered) this.#message.socket.destroy();
    else if (!this.#message.complete) this.#endReading?.(problem);
    return true;
  }

  write({ status, headers, body }: Answer, problem: string, requestId: string): void {
    const close = this.#closes() || LAST_WORDS.has(problem);
    const length = String(Buffer.byteLength(body));
    const lines = [...headers, "Content-Length", length, "Cache-Control", "no-store", "X-Request-Id", requestId];
    if (close) lines.push("Connection", "close");
    this.#response.writeHead(status, lines);
    this.#response.end(body);
    if (this.#message.complete && this.#message.readableLength === 0) return;
    if (close) this.#readNoMore();
    else this.#discardRest();
  }

  /** Hands an upstream's answer on as it arrives, and takes no more of it than the client does. The request's body was read. */
  receiver(requestId: string): Receiver {
    const response = this.#response;
    // What arrives in the same turn of the loop as the head, at most what one reading brings; null once that is written.
    let first: Buffer[] | null = [];
    let ended = false;
    const end = () => {
      // It holds what was sent on, and this connection may be long in asking again.
      response.removeAllListeners("drain");
      response.end();
      if (this.#broken) this.#message.socket.destroySoon();
    };
    return {
      begin: (status, rawHeaders, resume) => {
        const lines = responseHeaders(rawHeaders, requestId);
        if (this.#closes()) lines.push("Connection", "close");
        // Refuses, here and not among the tasks of others, what no client may be told.
        response.writeHead(status, lines);
        response.on("drain", resume);
        runWithTick(() => {
          const chunks = first ?? [];
          first = null;
          // Cut, or the client has gone.
          if (this.#message.socket.destroyed) return;
          for (const chunk of chunks) response.write(chunk);
          if (ended) end();
          else if (chunks.length === 0) response.flushHeaders();
        });
      },
      write: (chunk) => {
        if (first === null) return response.write(chunk);
        first.push(chunk);
        return true;
      },
      end: () => {
        ended = true;
        if (first === null) end();
      },
    };
  }

  /** As far as the client was told one. */
  get status(): number | undefined {
    return this.#response.headersSent ? this.#response.statusCode : undefined;
  }

  /** Runs `then` when the client goes away, at once if it has; until the function it answers is called. */
  whenGone(then: () => void): () => void {
    const { socket } = this.#message;
    if (socket.destroyed) then();
    // As many as the client has sent requests without waiting for answers.
    socket.setMaxListeners(0).once("close", then);
    return () => socket.off("close", then);
  }

  /** Half an answer must never look whole: without a length, an ordinary end would (RFC 9112, 6.3). */
  cut(): void {
    this.#message.socket.resetAndDestroy();
  }

  #closes(): boolean {
    return this.#closing() || this.#broken !== null || this.#awaitsContinue;
  }

  #discardRest(): void {
    let [bytes, pieces] = [0, 0];
    const discard = (chunk: Buffer) => {
      bytes += chunk.length;
      pieces++;
      if (bytes > MOST_DISCARDED_BYTES) this.#message.socket.destroy();
      else if (pieces > mostPieces(bytes)) {
        this.#message.off("data", discard);
        this.#readNoMore();
        this.#whenAnswered(() => releaseConnection(this.#message.socket));
      }
    };
    this.#message.on("data", discard);
  }

  /** To be called where the connection ends with this answer. */
  #readNoMore(): void {
    this.#message.pause();
    this.#message.socket.pause();
  }

  /** Requests before this one may be waiting for their answers still. */
  #whenAnswered(then: () => void): void {
    if (this.#response.writableFinished) then();
    else this.#response.once("finish", then);
  }
}
