// Import undici by file path: Bun replaces the bare specifier with its own shim.
import { type Dispatcher, Pool } from "undici/index.js";
import type { StillCurrent } from "../auth/auth-result";
import type { ErrorCode } from "../http/errors";
import { runWithTick } from "../http/tick-batch";

export type UpstreamSettings = {
  /** Scheme, host and port of the API behind the gateway. */
  url: string;
  connectMs: number;
  /** The longest wait for the start of the answer, and then between two pieces of it. */
  answerMs: number;
};

/** `isCurrent` is called once there is a connection. If it returns false, nothing is sent. */
export type UpstreamRequest = {
  method: string;
  target: string;
  headers: string[];
  body: Buffer;
  isCurrent: StillCurrent;
};

/** Receives an upstream's answer. `write` returns false to pause it until `resume` is called. */
export type Receiver = {
  begin(status: number, rawHeaders: readonly string[], resume: () => void): void;
  write(chunk: Buffer): boolean;
  end(): void;
};

/**
 * How the request went: "answered" completely; "cut" halfway through the answer; "client_gone",
 * so it was given up; "lapsed", so it was not sent because its verdict no longer held; or not
 * answered, with the error code for the client.
 */
export type Forwarded = "answered" | "cut" | "client_gone" | "lapsed" | ErrorCode;

/** `outcome` never rejects. */
export type Sending = { outcome: Promise<Forwarded>; abort(): void };

export type Upstream = {
  /** Sends a request once and never retries it. Passes the answer on as it arrives. */
  send(request: UpstreamRequest, receiver: Receiver): Sending;
  /** Ends every running request. */
  close(): Promise<void>;
};

/**
 * The API behind the gateway. Connections are kept alive, as many as there are concurrent
 * requests, and each carries one request at a time. Whatever an upstream does on a connection
 * (stays silent, sends garbage, dies) affects one request.
 */
export function openUpstream({ url, connectMs, answerMs }: UpstreamSettings): Upstream {
  const pool = new Pool(url, {
    connections: null,
    pipelining: 1,
    connect: { timeout: connectMs },
    headersTimeout: answerMs,
    bodyTimeout: answerMs,
  });
  return {
    send({ method, target, headers, body, isCurrent }, receiver) {
      const relay = new Relay(receiver, isCurrent);
      pool.dispatch({ method: method as Dispatcher.HttpMethod, path: target, headers, body }, relay);
      return relay;
    },
    close: () => pool.destroy(),
  };
}

class Relay implements Dispatcher.DispatchHandler, Sending {
  readonly outcome: Promise<Forwarded>;
  readonly #receiver: Receiver;
  readonly #isCurrent: StillCurrent;
  #settle: (how: Forwarded) => void = () => undefined;
  #controller: Dispatcher.DispatchController | null = null;
  #begun = false;
  #aborted = false;
  #lapsed = false;

  constructor(receiver: Receiver, isCurrent: StillCurrent) {
    this.#receiver = receiver;
    this.#isCurrent = isCurrent;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort(new Error("the client has gone"));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) this.abort();
    else this.#lapsed = !this.#isCurrent();
    if (this.#lapsed) controller.abort(new Error("the verdict no longer holds"));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.#receiver.begin(status, texts(controller.rawHeaders), () => controller.resume());
    this.#begun = true;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#receiver.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#receiver.end();
    this.#controller = null;
    runWithTick(() => this.#settle("answered"));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#aborted) this.#settle("client_gone");
    else if (this.#lapsed) this.#settle("lapsed");
    else this.#settle(this.#begun ? "cut" : problemOf(error));
  }
}

/** Keeps bytes beyond ASCII as they arrived. */
const texts = (raw: Dispatcher.DispatchController["rawHeaders"]): string[] =>
  Array.isArray(raw) ? raw.map((text) => (typeof text === "string" ? text : text.toString("latin1"))) : [];

const PROBLEMS: { [code: string]: ErrorCode } = {
  __proto__: null as never,
  UND_ERR_CONNECT_TIMEOUT: "gateway_timeout",
  UND_ERR_HEADERS_TIMEOUT: "gateway_timeout",
  ETIMEDOUT: "gateway_timeout",
  // The client's headers or target cannot be forwarded.
  UND_ERR_INVALID_ARG: "bad_request",
};

const problemOf = (error: NodeJS.ErrnoException): ErrorCode => PROBLEMS[error.code ?? ""] ?? "bad_gateway";
