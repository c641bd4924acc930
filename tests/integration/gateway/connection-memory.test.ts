import { Agent } from "node:http";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, type StoredKey } from "../../kit/gateway/gateway-keys";
import { codeOf, send, signed } from "../../kit/gateway/gateway-requests";
import { collectGarbage } from "../../kit/gateway/gc";
import { startUpstream, type TestUpstream } from "../../kit/gateway/upstream";

const CONNECTIONS = 40;
const AT_ONCE = 4;
const BODY = `"${"x".repeat(1024 * 1024 - 2)}"`;

let upstream: TestUpstream;
let gateway: TestGateway;
let key: StoredKey;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await gatewayHere({ upstream: { url: upstream.url, connectMs: 60_000, answerMs: 60_000 } });
  key = await insertKey();
});
afterAll(async () => {
  await gateway.stop();
  await upstream.close();
});

/** Bytes in buffers after a full garbage collection. For a gateway in this process, on Node. */
function held(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

// Attack: 2,000 connections, each with a body of 1 MiB and then silence, hold 2 GiB.
test.each([
  ["/api/v2/whoami", "answered here"],
  ["/api/v2/payments", "forwarded"],
])("an idle connection keeps nothing of the last request's body (%s, %s)", async (path) => {
  // One connection each, a few at a time: with all at once, a slow machine loses its lease.
  const agents = Array.from({ length: CONNECTIONS }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  onTestFinished(() => {
    for (const agent of agents) agent.destroy();
  });
  const headers = signed(key, BODY);
  const before = held();
  for (let from = 0; from < CONNECTIONS; from += AT_ONCE) {
    const asks = agents
      .slice(from, from + AT_ONCE)
      .map((agent) => send(`${gateway.origin}${path}`, { headers, body: BODY, agent }));
    expect(new Set((await Promise.all(asks)).map(codeOf))).toEqual(new Set(["200 accepted"]));
  }
  upstream.received.length = 0;
  const waiting = () => agents.flatMap(({ freeSockets }) => Object.values(freeSockets)).flat();
  await expect.poll(waiting, { timeout: 60_000 }).toHaveLength(CONNECTIONS);
  await expect.poll(() => (held() - before) / CONNECTIONS, { timeout: 60_000 }).toBeLessThan(BODY.length / 4);
});
