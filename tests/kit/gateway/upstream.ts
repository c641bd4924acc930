import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";

export type Received = { method: string; target: string; headers: [name: string, value: string][]; body: Buffer };

type Behaviour = (response: ServerResponse, received: Received, message: IncomingMessage) => void;

export type TestUpstream = {
  url: string;
  port: number;
  /** The requests that arrived completely, in order. */
  received: Received[];
  /** Sets the reply for a path, ignoring the query. Other paths get 200 and {}. */
  at(path: string, behaviour: Behaviour): void;
  connections(): Promise<number>;
  close(): Promise<void>;
};

/** The API behind a gateway, on a free loopback port. */
export async function startUpstream(): Promise<TestUpstream> {
  const received: Received[] = [];
  const behaviours = new Map<string, Behaviour>();
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("error", () => undefined);
    message.on("end", () => {
      const { method = "", url: target = "" } = message;
      const one = { method, target, headers: pairs(message.rawHeaders), body: Buffer.concat(chunks) };
      received.push(one);
      (behaviours.get(target.replace(/\?.*/, "")) ?? plain)(response, one, message);
    });
  });
  const port = await listening(server);
  return {
    port,
    received,
    url: `http://127.0.0.1:${port}`,
    at: (path, behaviour) => void behaviours.set(path, behaviour),
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async close() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

/**
 * An upstream that speaks no HTTP, or broken HTTP. `serve` is called when a connection's first
 * bytes arrive.
 */
export async function startRawUpstream(
  serve: (socket: Socket) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("data", () => serve(socket));
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), "close");
    },
  };
}

export const valuesOf = ({ headers }: Received, name: string): string[] =>
  headers.filter(([given]) => given.toLowerCase() === name.toLowerCase()).map(([, value]) => value);

const plain: Behaviour = (response) => response.writeHead(200, { "Content-Type": "application/json" }).end("{}");

const pairs = (raw: string[]): [string, string][] =>
  raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ""] as [string, string]] : []));

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}
