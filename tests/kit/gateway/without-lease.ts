import { setTimeout as sleep } from "node:timers/promises";
import { startTcpProxy } from "../network/tcp-proxy";
import { gatewayHere, type TestGateway } from "./gateway";
import { headersIn, RawClient, type Reply, repliesIn, sendOnce } from "./gateway-requests";

export type GatewayWithoutLease = {
  gateway: TestGateway;
  /** Sends a request on a connection that was opened while there was a lease; one request each. */
  ask(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Reply>;
  /** Reconnects its database. */
  resume(): void;
  stop(): Promise<void>;
};

/**
 * A gateway that lost its lease and closed its port, so that new connections are refused. This
 * many `connections` were opened before.
 */
export async function gatewayWithoutLease(connections: number): Promise<GatewayWithoutLease> {
  const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  const gateway = await gatewayHere({
    databaseUrl: proxy.through(process.env.GATEWAY_DATABASE_URL as string),
    metrics: true,
  });
  const open = Array.from({ length: connections }, () =>
    new RawClient(gateway.port).write("GET /api/v2/ping HTTP/1.1", "Host: a", "", ""),
  );
  await until(() => open.every(({ received }) => received.endsWith("OK")));
  proxy.silence();
  await until(async () => (await portOf(gateway)) === "closed");
  return {
    gateway,
    async ask(method, path, headers = {}, body = "") {
      const client = open.pop();
      if (!client) throw new Error("every connection was used");
      const lines = Object.entries({ ...headers, "Content-Length": Buffer.byteLength(body) }).map(
        ([name, value]) => `${name}: ${value}`,
      );
      const [, reply] = repliesIn(
        await client.write(`${method} ${path} HTTP/1.1`, "Host: a", ...lines, "", body).closed,
      );
      if (!reply) throw new Error(`no answer to ${method} ${path}`);
      return { ...reply, headers: headersIn(reply.head) };
    },
    resume: proxy.resume,
    async stop() {
      proxy.resume();
      for (const client of open) client.end();
      await gateway.stop();
      await proxy.close();
    },
  };
}

/** Whether a gateway's port is open. */
export const portOf = ({ origin }: { origin: string }): Promise<"open" | "closed"> =>
  sendOnce(`${origin}/api/v2/ping`).then(
    () => "open",
    ({ code }) => {
      if (code === "ECONNREFUSED") return "closed";
      throw new Error(code);
    },
  );

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 60_000; !(await condition()); await sleep(20))
    if (performance.now() > deadline) throw new Error("the gateway kept its lease, or its port, for a minute");
}
