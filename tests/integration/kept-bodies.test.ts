import { Agent } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collect } from "../kit/collect";
import { gatewayHere, type TestGateway } from "../kit/gateway";
import { insertKey, type StoredKey } from "../kit/gateway-keys";
import { codeOf, send, signed } from "../kit/gateway-requests";
import { startUpstream, type TestUpstream } from "../kit/upstream";

const CONNECTIONS = 40;
const BODY = `"${"x".repeat(1024 * 1024 - 2)}"`;

let upstream: TestUpstream;
let gateway: TestGateway;
let key: StoredKey;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await gatewayHere({ upstream: { url: upstream.url, connectMs: 5_000, answerMs: 5_000 } });
  key = await insertKey();
});
afterAll(async () => {
  await gateway.stop();
  await upstream.close();
});

/** What buffers hold once nothing that could be freed is left, in bytes. Of the gateway in this process: Node's collector can be told to collect. */
function held(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

// Attack: 2,000 connections, each with a body of 1 MiB and then silence, hold 2 GiB.
test.each([
  ["/api/v2/whoami", "answered here"],
  ["/api/v2/payments", "forwarded"],
])("a connection that waits for its next request keeps nothing of the last one's body (%s, %s)", async (path) => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const before = held();
  const replies = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => send(`${gateway.origin}${path}`, { headers: signed(key, BODY), body: BODY, agent })),
  );
  expect(new Set(replies.map(codeOf))).toEqual(new Set(["200 accepted"]));
  upstream.received.length = 0;
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(CONNECTIONS);
  await expect.poll(() => (held() - before) / CONNECTIONS).toBeLessThan(BODY.length / 4);
  agent.destroy();
});
