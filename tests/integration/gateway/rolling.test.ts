import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GatewayProcess, gatewayProcess } from "../../kit/gateway/gateway";
import { insertKey, type StoredKey } from "../../kit/gateway/gateway-keys";
import { BODY, signed } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { startBalancer } from "../../kit/network/nginx";

const CLIENTS = 6;
const PAUSE_MS = 20;
const MAX_ROUNDS = 5;
const wishes = { drainSeconds: 1, trustedProxies: ["127.0.0.1"] };
let gateways: GatewayProcess[] = [];
let balancer: Awaited<ReturnType<typeof startBalancer>>;

beforeAll(async () => {
  gateways = await Promise.all([gatewayProcess(wishes), gatewayProcess(wishes), gatewayProcess(wishes)]);
  balancer = await startBalancer(gateways.map(({ port }) => port));
});
afterAll(async () => {
  await balancer?.stop();
  await Promise.all(gateways.map((gateway) => gateway.stop()));
});

const ask = (key: StoredKey, agent: Agent) =>
  new Promise<string>((resolve) => {
    const options = {
      host: "127.0.0.1",
      servername: "localhost",
      port: balancer.port,
      ca: balancer.certificate,
      agent,
    };
    const headers = { ...signed(key), Host: "localhost", "Content-Length": BODY.length };
    const sending = request({ ...options, path: "/api/v2/whoami", method: "POST", headers }, (response) => {
      response.resume().once("end", () => resolve(String(response.statusCode)));
    });
    sending.once("error", (error) => resolve(error.message)).end(BODY);
  });

/**
 * Restarts each gateway under load. Returns the replies, and how many came during each restart.
 */
async function restartEach(key: StoredKey): Promise<{ answers: string[]; served: number[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const answers: string[] = [];
  let running = true;
  const client = async () => {
    for (; running; await sleep(PAUSE_MS)) answers.push(await ask(key, agent));
  };
  const clients = Array.from({ length: CLIENTS }, client);
  const served: number[] = [];
  for (const [index, old] of gateways.entries()) {
    const before = answers.length;
    old.signal("SIGTERM");
    expect(await old.exited).toBe(0);
    gateways[index] = await gatewayProcess({ ...wishes, port: old.port });
    await expect.poll(() => answers.length - before, { timeout: 60_000 }).toBeGreaterThan(100);
    served.push(answers.length - before);
  }
  running = false;
  await Promise.all(clients);
  agent.destroy();
  return { answers, served };
}

test("three gateways behind nginx with TLS are restarted one after the other, and no request fails", async () => {
  const key = await insertKey();
  // A gateway that lost its lease for lack of processor time rightly replies 503, and that round
  // says
  // nothing about restarts. If restarts themselves caused 503, every round would have them.
  const { answers, served } = await retryWithoutLease(
    () => restartEach(key),
    ({ answers }) => answers.every((answer) => answer === "200" || answer === "503") && answers.includes("503"),
    MAX_ROUNDS,
  );
  const failed = answers.filter((answer) => answer !== "200");
  expect(failed, balancer.errors()).toEqual([]);
  expect(Math.min(...served)).toBeGreaterThan(100);
});
