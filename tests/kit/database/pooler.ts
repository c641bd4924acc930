import { createConnection, createServer } from "node:net";

const BACKEND_KEY_DATA = Buffer.from("K\0\0\0\x0c", "latin1");

/**
 * Looks like a pooler to a client: it reports a different backend process ID than that of the
 * backend that serves the client.
 */
export async function startPooler(url: string): Promise<{ url: string; close(): void }> {
  const led = new URL(url);
  const target = { host: led.hostname, port: Number(led.port) };
  const server = createServer((client) => {
    const backend = createConnection(target);
    const end = () => {
      client.destroy();
      backend.destroy();
    };
    for (const socket of [client, backend]) socket.on("error", end).on("close", end);
    client.pipe(backend);
    backend.on("data", (chunk: Buffer) => {
      const at = chunk.indexOf(BACKEND_KEY_DATA);
      if (at >= 0) chunk.writeInt32BE(chunk.readInt32BE(at + 5) ^ 1, at + 5);
      client.write(chunk);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  led.port = String((server.address() as { port: number }).port);
  return { url: led.href, close: () => void server.close() };
}
