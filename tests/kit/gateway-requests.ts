import { createHmac } from "node:crypto";
import { type Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { waitedOut } from "./waited-out";

export const BODY = '{"currency":"BTC","foreign_id":"123456"}';

export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: string };
type Credentials = { key: string; secret: string };

/** Signed apart from lib/signing, which is what is judged here. */
export const hmac = (secret: string, body: string | Uint8Array) => createHmac("sha512", secret).update(body).digest("hex");

export const signed = ({ key, secret }: Credentials, body: string | Uint8Array = BODY): Record<string, string> => ({
  "Content-Type": "application/json",
  "X-Processing-Key": key,
  "X-Processing-Signature": hmac(secret, body),
});

type Sent = { method?: string; headers?: Record<string, string>; body?: string | Uint8Array; agent?: Agent | false };

/** One request, on a connection of its own if no agent is given; again while a gateway has no lease. */
export const send = (url: string, sent?: Sent): Promise<Reply> => waitedOut(() => sendOnce(url, sent), hasNoLease);

/** The same, whatever is answered: for tests of the lease. */
export function sendOnce(url: string, { method = "POST", headers = {}, body = "", agent = false }: Sent = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers: { ...headers, "Content-Length": Buffer.byteLength(body) }, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sending.on("error", reject);
    sending.end(body);
  });
}

const hasNoLease = ({ status, headers }: Reply): boolean => status === 503 && headers["retry-after"] === "1";

type Gateway = { origin: string };

/** A signed whoami; again while a gateway has no lease. */
export const whoami = (gateway: Gateway, credentials: Credentials, headers: Record<string, string> = {}, body = BODY) =>
  waitedOut(() => whoamiOnce(gateway, credentials, headers, body), hasNoLease);

/** The same, whatever is answered: for tests of the lease. */
export const whoamiOnce = ({ origin }: Gateway, credentials: Credentials, headers: Record<string, string> = {}, body = BODY) =>
  sendOnce(`${origin}/api/v2/whoami`, { headers: { ...signed(credentials, body), ...headers }, body });

/** The status and the code of a refusal, or of an acceptance. */
export function codeOf({ status, body }: Reply): string {
  const code: unknown = JSON.parse(body).code;
  return `${status} ${code ?? "accepted"}`;
}

/** A raw connection: what no well-behaved client sends. */
export class RawClient {
  readonly socket: Socket;
  #received = "";
  readonly closed: Promise<string>;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1").setEncoding("latin1");
    this.socket.on("data", (text: string) => {
      this.#received += text;
    });
    this.closed = new Promise((resolve) => {
      this.socket.on("error", () => undefined).on("close", () => resolve(this.#received));
    });
  }

  write(...lines: string[]): this {
    this.socket.write(lines.join("\r\n"), "latin1");
    return this;
  }

  get received(): string {
    return this.#received;
  }

  end(): void {
    this.socket.destroy();
  }
}

/** The same for what a raw connection received. */
export const saysNoLease = (received: string): boolean => received.includes('"code":"unavailable"');

/** The replies in what a connection received. */
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

/** The headers of such a reply, by their names in lower case. */
export const headersIn = (head: string): Record<string, string> =>
  Object.fromEntries(
    head
      .split("\r\n")
      .slice(1)
      .map((line) => [line.split(": ")[0]?.toLowerCase(), line.split(": ")[1]]),
  );
