import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../kit/gateway";
import { insertKey, letters, setAllowedIps, setStatus } from "../kit/gateway-keys";
import { BODY, codeOf, hmac, whoami } from "../kit/gateway-requests";
import { slowRequest } from "../kit/slow-bodies";
import { startTcpProxy, type TcpProxy } from "../kit/tcp-proxy";

// What the dashboard waits after its commit before it says "Deactivated" (the gateway's own second, and 200 ms).
const REFUSED_EVERYWHERE_MS = 1_200;

let proxy: TcpProxy;
let gateway: TestGateway;

beforeEach(async () => {
  const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
  proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  gateway = await gatewayHere({ databaseUrl: proxy.through(process.env.GATEWAY_DATABASE_URL as string) });
});
afterEach(async () => {
  proxy.resume();
  await gateway.stop();
  await proxy.close();
});

const ACCEPTED = "200 accepted";
const until = (judge: () => Promise<string>, code: string) => expect.poll(judge, { interval: 10 }).toBe(code);
/** Named, and so evicted, whatever else this server's transactions hold back: one poll and a round trip later. */
const aPollLater = () => sleep(500);

describe("a deactivation", () => {
  test.each(["inactive", "retired"] as const)("to %s is seen by a gateway that accepted the key a moment before", async (status) => {
    const key = await insertKey();
    const judge = async () => codeOf(await whoami(gateway, key));
    expect(await judge()).toBe(ACCEPTED);
    await setStatus(key, status);
    await until(judge, "403 bad_header_key");
  });

  test("leaves nothing accepted once 1,200 ms have passed, under requests without pause", async () => {
    const key = await insertKey();
    let running = true;
    let deactivated = Number.POSITIVE_INFINITY;
    const late: string[] = [];
    const counts = { before: 0, after: 0 };
    const client = async () => {
      while (running) {
        const sent = performance.now();
        const code = codeOf(await whoami(gateway, key));
        counts[sent > deactivated ? "after" : "before"]++;
        if (code === ACCEPTED && performance.now() > deactivated + REFUSED_EVERYWHERE_MS) late.push(code);
      }
    };
    const clients = Array.from({ length: 8 }, client);
    await sleep(300);
    await setStatus(key, "inactive");
    deactivated = performance.now();
    await sleep(REFUSED_EVERYWHERE_MS + 500);
    running = false;
    await Promise.all(clients);
    expect(counts.before).toBeGreaterThan(20);
    expect(counts.after).toBeGreaterThan(20);
    expect(late).toEqual([]);
  });

  test("before the body has arrived is a refusal: the lease is looked at after the body", async () => {
    const key = await insertKey();
    expect(codeOf(await whoami(gateway, key))).toBe(ACCEPTED);
    const finish = await slowRequest(gateway.port, key);
    await setStatus(key, "inactive");
    await aPollLater();
    expect(await finish()).toBe("403 bad_header_key");
  });

  test("and an activation while the body arrives judge it anew, and accept it", async () => {
    const key = await insertKey();
    const finish = await slowRequest(gateway.port, key);
    await setStatus(key, "inactive");
    await setStatus(key, "active");
    await aPollLater();
    expect(await finish()).toBe(ACCEPTED);
  });

  test("is no help to a read of the key that was on its way back meanwhile: it is thrown away", async () => {
    const key = await insertKey();
    // The answer to the first read of this key (it carries the merchant's name) stops on its way; polls pass on their own connection.
    const held = proxy.trap({ direction: "down", bytes: key.merchantName, fate: "silence", pass: false });
    const asked = whoami(gateway, key);
    await held;
    await setStatus(key, "inactive");
    await aPollLater();
    proxy.resume();
    expect(codeOf(await asked)).toBe("403 bad_header_key");
    expect(codeOf(await whoami(gateway, key))).toBe("403 bad_header_key");
  });

  test("in a transaction that stays open for seconds is seen when it ends, though polls passed it by", async () => {
    const key = await insertKey();
    const other = await insertKey();
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await client.connect();
    await client.query("BEGIN");
    await client.query("UPDATE api_keys SET status = 'inactive' WHERE id = $1", [key.id]);
    for (let polls = 0; polls < 4; polls++) {
      await setAllowedIps(other, []);
      expect(codeOf(await whoami(gateway, key))).toBe(ACCEPTED);
      await sleep(250);
    }
    await client.query("COMMIT");
    await client.end();
    await until(async () => codeOf(await whoami(gateway, key)), "403 bad_header_key");
  });

  test("that is rolled back refuses nobody", async () => {
    const key = await insertKey();
    expect(codeOf(await whoami(gateway, key))).toBe(ACCEPTED);
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await client.connect();
    await client.query("BEGIN");
    await client.query("UPDATE api_keys SET status = 'inactive' WHERE id = $1", [key.id]);
    await client.query("ROLLBACK");
    await client.end();
    await aPollLater();
    expect(codeOf(await whoami(gateway, key))).toBe(ACCEPTED);
  });
});

describe("an activation", () => {
  test("reaches a gateway that remembers the key as inactive", async () => {
    const key = await insertKey({ status: "inactive" });
    const judge = async () => codeOf(await whoami(gateway, key));
    expect(await judge()).toBe("403 bad_header_key");
    await setStatus(key, "active");
    await until(judge, ACCEPTED);
  });

  test("reaches a gateway that remembers the key as one that does not exist", async () => {
    const credentials = { key: letters(32), secret: letters(64) };
    const judge = async () => codeOf(await whoami(gateway, credentials));
    expect(await judge()).toBe("403 bad_header_key");
    await insertKey(credentials);
    await until(judge, ACCEPTED);
  });
});

describe("an IP list", () => {
  test("that is narrowed refuses the address, and says nothing of it to whoever signs wrongly", async () => {
    const key = await insertKey();
    const judge = async () => codeOf(await whoami(gateway, key));
    expect(await judge()).toBe(ACCEPTED);
    await setAllowedIps(key, ["198.51.100.7"]);
    await until(judge, "403 ip_not_allowed");
    const wrong = { "X-Processing-Signature": hmac("another", BODY) };
    expect(codeOf(await whoami(gateway, key, wrong))).toBe("403 bad_header_signature");
  });

  test("that is narrowed while the body arrives refuses it", async () => {
    const key = await insertKey({ allowedIps: ["127.0.0.1"] });
    expect(codeOf(await whoami(gateway, key))).toBe(ACCEPTED);
    const finish = await slowRequest(gateway.port, key);
    await setAllowedIps(key, ["198.51.100.7"]);
    await aPollLater();
    expect(await finish()).toBe("403 ip_not_allowed");
  });

  test("that is widened accepts the address", async () => {
    const key = await insertKey({ allowedIps: ["198.51.100.7"] });
    const judge = async () => codeOf(await whoami(gateway, key));
    expect(await judge()).toBe("403 ip_not_allowed");
    await setAllowedIps(key, ["198.51.100.7", "127.0.0.0/8"]);
    await until(judge, ACCEPTED);
  });
});

describe("behind a trusted proxy", () => {
  test("the address the proxy saw is judged, and an invented one is not", async () => {
    const trusting = await gatewayHere({ trustedProxies: ["127.0.0.1"] });
    const key = await insertKey({ allowedIps: ["198.51.100.0/24"] });
    const from = async (forwardedFor: string, at = trusting) => codeOf(await whoami(at, key, { "X-Forwarded-For": forwardedFor }));
    expect(await from("198.51.100.7")).toBe(ACCEPTED);
    expect(await from("203.0.113.9")).toBe("403 ip_not_allowed");
    expect(await from("198.51.100.7, 203.0.113.9")).toBe("403 ip_not_allowed");
    expect(await from("198.51.100.7, unknown")).toBe("403 ip_not_allowed");
    expect(await from("198.51.100.7", gateway)).toBe("403 ip_not_allowed");
    await trusting.stop();
  });
});
