import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

export type StatementCounter = {
  /** The same database through the counter. */
  through(url: string): string;
  /** The statements that were executed so far. */
  executed(): number;
  close(): void;
};

/** Passes connections on to PostgreSQL and counts the statements that its clients execute. */
export async function countStatements(url: string): Promise<StatementCounter> {
  const { hostname, port } = new URL(url);
  let executed = 0;
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port) });
    const read = messages((type) => {
      if (type === "E" || type === "Q") executed++;
    });
    client.on("data", read).pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on("error", () => undefined);
    client.on("close", () => upstream.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const own = (server.address() as AddressInfo).port;
  return {
    through(given) {
      const changed = new URL(given);
      changed.hostname = "127.0.0.1";
      changed.port = String(own);
      return changed.href;
    },
    executed: () => executed,
    close: () => void server.close(),
  };
}

/**
 * Calls back with the type of each message of a client: E executes a prepared statement, Q a
 * statement without values. Only the messages that begin a connection have no type.
 */
function messages(callback: (type: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5) {
      const typed = rest[0] === 0 ? 0 : 1;
      const end = typed + rest.readInt32BE(typed);
      if (rest.length < end) return;
      if (typed === 1) callback(String.fromCharCode(rest[0] as number));
      rest = rest.subarray(end);
    }
  };
}
