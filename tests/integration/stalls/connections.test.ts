import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { send } from "../../kit/gateway/gateway-requests";
import { expectLease, retryWithoutLease, withLease } from "../../kit/gateway/lease-retries";

/** An unfriendly client: it does not close its side when the other side is closed. */
function stubborn(
  { port }: TestGateway,
  from = "127.0.0.1",
): { socket: Socket; answered: Promise<string>; closed: Promise<unknown> } {
  const socket = connect({ port, host: "127.0.0.1", localAddress: from, allowHalfOpen: true }).setEncoding("latin1");
  const closed = new Promise((resolve) => socket.on("close", resolve));
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.on("error", () => undefined).on("data", (more: string) => (text += more));
  return { socket, answered: once(socket, "end").then(() => text), closed };
}

/** A gateway that gets no processor time loses its lease, and then closes its port. */
const CLOSED_PORT = "the port is closed";
async function closedPort(error: NodeJS.ErrnoException): Promise<string> {
  if (error.syscall !== "connect") throw error;
  await sleep(300);
  return CLOSED_PORT;
}

const ping = async ({ origin }: TestGateway) =>
  (await send(`${origin}/api/v2/ping`, { method: "GET" }).catch(() => null))?.status;

describe("connections whose clients never close their end", () => {
  const refused: [string, string, number][] = [
    ["say nothing", "", 408],
    ["send what is no request", "EHLO gateway.example\r\n", 400],
    ["send headers that are too large", `GET /api/v2/ping HTTP/1.1\r\nX-A: ${"v".repeat(9_000)}`, 431],
    ["ask for a tunnel", "CONNECT gateway.example:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  ];
  test.each(refused)(
    "and %s: they get their response, and their slots are free soon after",
    async (_, text, status) => {
      const gateway = await gatewayHere({ maxConnections: 4, ready: false });
      onTestFinished(gateway.stop);
      const answers = await retryWithoutLease(
        async () => {
          const clients = Array.from({ length: 4 }, () => stubborn(gateway));
          for (const { socket } of clients) socket.write(text);
          return Promise.all(clients.map(({ answered }) => answered.catch(closedPort)));
        },
        (all) => all.includes(CLOSED_PORT),
      );
      for (const answer of answers) expect(answer).toContain(`HTTP/1.1 ${status} `);
      // Long before the timeout for silent connections: the test's own limit is shorter.
      await expect.poll(() => ping(gateway), { timeout: 50_000 }).toBe(200);
    },
  );
});

test("one source cannot take all slots of a gateway, and both limits are counted in its metrics", () => {
  const limits = { maxConnections: 3, maxConnectionsPerSource: 2, metrics: true, ready: false };
  return withLease(() => gatewayHere(limits), theLimitsHold);
});

async function theLimitsHold(gateway: TestGateway): Promise<void> {
  const counted = async (kind: string) => {
    const { body } = await send(`http://127.0.0.1:${gateway.metricsPort}/metrics`, { method: "GET" });
    return Number(
      new RegExp(`^countersign_gateway_connections_refused_total\\{kind="${kind}"\\} (\\d+)$`, "m").exec(body)?.[1] ??
        0,
    );
  };
  const open = async (from: string) => {
    const client = stubborn(gateway, from);
    client.socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    return Promise.race([
      once(client.socket, "data").then(([text]) => {
        expectLease(text);
        return "served";
      }),
      client.closed.then(() => "closed"),
      client.answered.then(() => "closed"),
    ]);
  };
  expect([await open("127.0.0.2"), await open("127.0.0.2"), await open("127.0.0.2")]).toEqual([
    "served",
    "served",
    "closed",
  ]);
  expect(await counted("source")).toBe(1);
  expect([await open("127.0.0.1"), await open("127.0.0.3")]).toEqual(["served", "closed"]);
  expect(await counted("all")).toBe(1);
  const full = gateway
    .lines()
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === "full");
  expect(full).toMatchObject([{ limit: "source", source: "127.0.0.2", open: 2 }]);
}
