import { createHmac } from "node:crypto";
import { type Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { closedPorts, retryWithoutLease } from "./lease-retries";

export const BODY = '{"currency":"BTC","foreign_id":"123456"}';

export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: string };
type Credentials = { key: string; secret: string };

/** Signs without lib/platform/signing, which is what is under test. */
export const hmac = (secret: string, body: string | Uint8Array) =>
  createHmac("sha512", secret).update(body).digest("hex");

export const signed = ({ key, secret }: Credentials, body: string | Uint8Array = BODY): Record<string, string> => ({
  "Content-Type": "application/json",
  "X-Processing-Key": key,
  "X-Processing-Signature": hmac(secret, body),
});

/** How long to wait before a closed port is tried again. */
const CLOSED_MS = 300;
const MAX_ATTEMPTS = 200;

type Sent = { method?: string; headers?: Record<string, string>; body?: string | Uint8Array; agent?: Agent | false };

/**
 * One request, on its own connection if no agent is given. Repeated while the gateway has no
 * lease, and while its port is closed for that reason.
 */
export const send = (url: string, sent?: Sent): Promise<Reply> =>
  retryWithoutLease(() => sendOnce(url, sent).catch(closedPort(url)), hasNoLease);

/** The same without repeating: for tests of the lease. */
export function sendOnce(
  url: string,
  { method = "POST", headers = {}, body = "", agent = false }: Sent = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sending = request(
      url,
      { method, headers: { ...headers, "Content-Length": Buffer.byteLength(body) }, agent },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    sending.on("error", reject);
    sending.end(body);
  });
}

/**
 * A closed port means the same as a 503 without a lease. So does a reset by a port that has just
 * closed: the system resets the connections that waited to be accepted.
 */
function closedPort(url: string, { lines = () => [] }: Partial<Gateway> = {}) {
  return async (error: NodeJS.ErrnoException): Promise<Reply> => {
    const reset = error.code === "ECONNRESET";
    if (error.syscall !== "connect" && !reset) throw error;
    const closed = !reset || (await isClosed(url));
    await sleep(CLOSED_MS);
    // On a busy machine it may be open again by now, or another worker's is, which its log says.
    if (!closed && closedPorts({ lines }) === 0) throw error;
    return { status: 503, headers: { "retry-after": "1" }, body: '{"code":"the port is closed"}' };
  };
}

const isClosed = (url: string): Promise<boolean> =>
  sendOnce(new URL("/readyz", url).href, { method: "GET" }).then(
    () => false,
    ({ syscall }: NodeJS.ErrnoException) => syscall === "connect",
  );

const hasNoLease = ({ status, headers }: Reply): boolean => status === 503 && headers["retry-after"] === "1";

type Gateway = { origin: string; lines?(): string[] };

/** A signed whoami. Repeated while the gateway has no lease. */
export const whoami = (gateway: Gateway, credentials: Credentials, headers: Record<string, string> = {}, body = BODY) =>
  retryWithoutLease(() => {
    const closed = closedPort(gateway.origin, gateway);
    return whoamiOnce(gateway, credentials, headers, body).catch(closed);
  }, hasNoLease);

/** The same without repeating: for tests of the lease. */
export const whoamiOnce = (
  { origin }: Gateway,
  credentials: Credentials,
  headers: Record<string, string> = {},
  body = BODY,
) => sendOnce(`${origin}/api/v2/whoami`, { headers: { ...signed(credentials, body), ...headers }, body });

/** The status and the code of a refusal or an acceptance. */
export function codeOf({ status, body }: Reply): string {
  const code: unknown = JSON.parse(body).code;
  return `${status} ${code ?? "accepted"}`;
}

/**
 * A raw connection, for what no well-behaved client sends. It reconnects while the gateway's port
 * is closed for lack of a lease.
 */
export class RawClient {
  socket: Socket;
  readonly #port: number;
  readonly #written: string[] = [];
  #triesLeft = MAX_ATTEMPTS;
  #received = "";
  readonly closed: Promise<string>;
  #close: (received: string) => void = () => undefined;
  /** Whether the connection is closed for good. */
  over = false;

  constructor(port: number) {
    this.#port = port;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    this.socket = this.#open();
  }

  #open(): Socket {
    const socket = connect(this.#port, "127.0.0.1").setEncoding("latin1");
    let refused = false;
    socket.on("data", (text: string) => {
      this.#received += text;
    });
    socket.on("error", ({ syscall }: NodeJS.ErrnoException) => {
      refused = syscall === "connect";
    });
    socket.on("close", () => {
      if (refused && --this.#triesLeft > 0) setTimeout(() => this.#again(), CLOSED_MS);
      else {
        this.over = true;
        this.#close(this.#received);
      }
    });
    return socket;
  }

  #again(): void {
    this.socket = this.#open();
    for (const text of this.#written) this.socket.write(text, "latin1");
  }

  write(...lines: string[]): this {
    const text = lines.join("\r\n");
    if (this.socket.connecting || this.socket.destroyed) this.#written.push(text);
    this.socket.write(text, "latin1");
    return this;
  }

  get received(): string {
    return this.#received;
  }

  end(): void {
    this.#triesLeft = 0;
    this.socket.destroy();
  }
}

/** Whether a raw connection received a 503 for lack of a lease. */
export const isWithoutLease = (received: string): boolean => received.includes('"code":"unavailable"');

/** The replies that a connection received. */
export function repliesIn(received: string): { status: number; head: string; body: string }[] {
  const replies = [];
  for (let rest = received; rest; ) {
    const split = rest.indexOf("\r\n\r\n");
    if (split < 0) break;
    const head = rest.slice(0, split);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    replies.push({ status: Number(head.slice(9, 12)), head, body: rest.slice(split + 4, split + 4 + length) });
    rest = rest.slice(split + 4 + length);
  }
  return replies;
}

/** The headers of such a reply, by lowercase name. */
export const headersIn = (head: string): Record<string, string> =>
  Object.fromEntries(
    head
      .split("\r\n")
      .slice(1)
      .map((line) => [line.split(": ")[0]?.toLowerCase(), line.split(": ")[1]]),
  );
