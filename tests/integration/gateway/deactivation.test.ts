import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, randomLetters, type StoredKey, setAllowedIps, setStatus } from "../../kit/gateway/gateway-keys";
import { BODY, codeOf, hmac, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { slowRequest } from "../../kit/gateway/slow-bodies";
import { startTcpProxy, type TcpProxy } from "../../kit/network/tcp-proxy";
import { recordChanges } from "../../kit/people/key-changes";

let proxy: TcpProxy;
let gateway: TestGateway;

beforeAll(async () => {
  const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
  proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  gateway = await gatewayHere({ databaseUrl: proxy.through(process.env.GATEWAY_DATABASE_URL as string) });
});
afterEach(() => proxy.resume());
afterAll(async () => {
  await gateway.stop();
  await proxy.close();
});

const ACCEPTED = "200 accepted";
const UNAVAILABLE = "503 unavailable";
const until = (reply: () => Promise<string>, code: string) =>
  expect.poll(reply, { interval: 10, timeout: 60_000 }).toBe(code);
const replyTo = async (key: StoredKey) => codeOf(await whoami(gateway, key));

/**
 * Resolves when a poll has returned everything that is committed by now: it has returned the
 * change of a key that this gateway had cached.
 */
async function aPollLater(): Promise<void> {
  const mark = await insertKey();
  expect(await replyTo(mark)).toBe(ACCEPTED);
  await setStatus(mark, "inactive");
  await until(() => replyTo(mark), "403 bad_header_key");
}

/**
 * Runs something slow with a new key. If the lease runs out meanwhile, starts again with another
 * key.
 */
const underALease = (reply: (key: StoredKey) => Promise<string>) =>
  retryWithoutLease(
    async () => reply(await insertKey({ allowedIps: ["127.0.0.1"] })),
    (code) => code === UNAVAILABLE,
  );

/** A transaction of the database's owner that is still open. */
async function openTransaction(
  sql: string,
  values: unknown[],
): Promise<{ end(how: "COMMIT" | "ROLLBACK"): Promise<void> }> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  // After a failed test the transaction stays open until its database is dropped.
  client.on("error", () => undefined);
  await client.connect();
  await client.query("BEGIN");
  await client.query(sql, values);
  return {
    async end(how) {
      if (how === "COMMIT") await recordChanges(client);
      await client.query(how);
      await client.end();
    },
  };
}
const DEACTIVATE = "UPDATE api_keys SET status = 'inactive' WHERE id = $1";

describe("a deactivation", () => {
  test.each(["inactive", "retired"] as const)(
    "to %s is seen by a gateway that accepted the key a moment before",
    async (status) => {
      const key = await insertKey();
      const reply = async () => codeOf(await whoami(gateway, key));
      expect(await reply()).toBe(ACCEPTED);
      await setStatus(key, status);
      await until(reply, "403 bad_header_key");
    },
  );

  test("leaves nothing accepted once 1,200 ms have passed, under requests without pause", async () => {
    const key = await insertKey();
    let running = true;
    let deactivated = { at: Number.POSITIVE_INFINITY, wall: Number.POSITIVE_INFINITY };
    const late: string[] = [];
    const counts = { before: 0, after: 0 };
    const client = async () => {
      for (; running; await sleep(5)) {
        const sent = performance.now();
        const code = codeOf(await whoamiOnce(gateway, key));
        counts[sent > deactivated.at ? "after" : "before"]++;
        if (code === ACCEPTED && sent > deactivated.at + PROPAGATION_WAIT_MS) late.push(code);
      }
    };
    const clients = Array.from({ length: 4 }, client);
    await expect.poll(() => counts.before, { timeout: 60_000 }).toBeGreaterThan(20);
    await setStatus(key, "inactive");
    deactivated = { at: performance.now(), wall: Date.now() };
    await sleep(PROPAGATION_WAIT_MS + 500);
    await expect.poll(() => counts.after, { timeout: 60_000 }).toBeGreaterThan(20);
    running = false;
    await Promise.all(clients);
    expect(late).toEqual([]);
    // Whenever its replies were read: the gateway writes the log line in the same tick as the
    // reply.
    const accepted = gateway.lines().filter((line) => line.includes('"outcome":"accepted"'));
    const times = accepted
      .map((line) => JSON.parse(line) as { key: number; time: number })
      .filter((line) => line.key === key.number);
    expect(times.length).toBeGreaterThan(20);
    expect(times.filter(({ time }) => time > deactivated.wall + PROPAGATION_WAIT_MS)).toEqual([]);
  });

  test("before the body has arrived refuses it: the lease is checked after the body", async () => {
    const code = await underALease(async (key) => {
      expect(await replyTo(key)).toBe(ACCEPTED);
      const finish = await slowRequest(gateway.port, key);
      await setStatus(key, "inactive");
      await aPollLater();
      return finish();
    });
    expect(code).toBe("403 bad_header_key");
  });

  test("and an activation while the body arrives authenticate it again, and accept it", async () => {
    const code = await underALease(async (key) => {
      const finish = await slowRequest(gateway.port, key);
      await setStatus(key, "inactive");
      await setStatus(key, "active");
      await aPollLater();
      return finish();
    });
    expect(code).toBe(ACCEPTED);
  });

  test("does not use a read of the key that was in progress: its connection is closed, and the key is read again", async () => {
    const code = await underALease(async (key) => {
      // Holds the reply to the first read of this key (it contains the merchant's name), and with
      // it
      // the gateway's only connection.
      const held = proxy.trap({ direction: "down", bytes: key.merchantName, fate: "silence", pass: false });
      const asked = whoamiOnce(gateway, key);
      if ((await Promise.race([held, asked])) !== undefined) return UNAVAILABLE;
      await setStatus(key, "inactive");
      await sleep(PROPAGATION_WAIT_MS);
      proxy.resume();
      expect(codeOf(await asked)).not.toBe(ACCEPTED);
      await until(() => replyTo(key), "403 bad_header_key");
      return replyTo(key);
    });
    expect(code).toBe("403 bad_header_key");
  });

  test("in a transaction that stays open for seconds is seen when it ends, though renewals passed it", async () => {
    const key = await insertKey();
    const transaction = await openTransaction(DEACTIVATE, [key.id]);
    for (let polls = 0; polls < 4; polls++) {
      expect(await replyTo(key)).toBe(ACCEPTED);
      await aPollLater();
    }
    await transaction.end("COMMIT");
    await until(() => replyTo(key), "403 bad_header_key");
  });

  test("that is rolled back refuses nobody", async () => {
    const key = await insertKey();
    expect(await replyTo(key)).toBe(ACCEPTED);
    const transaction = await openTransaction(DEACTIVATE, [key.id]);
    await transaction.end("ROLLBACK");
    await aPollLater();
    expect(await replyTo(key)).toBe(ACCEPTED);
  });
});

describe("an activation", () => {
  test("reaches a gateway that has the key cached as inactive", async () => {
    const key = await insertKey({ status: "inactive" });
    const reply = async () => codeOf(await whoami(gateway, key));
    expect(await reply()).toBe("403 bad_header_key");
    await setStatus(key, "active");
    await until(reply, ACCEPTED);
  });

  test("reaches a gateway that has the key cached as one that does not exist", async () => {
    const credentials = { key: randomLetters(32), secret: randomLetters(64) };
    const reply = async () => codeOf(await whoami(gateway, credentials));
    expect(await reply()).toBe("403 bad_header_key");
    await insertKey(credentials);
    await until(reply, ACCEPTED);
  });
});

describe("an IP list", () => {
  test("that is narrowed refuses the address, and reveals nothing to a client with a wrong signature", async () => {
    const key = await insertKey();
    const reply = async () => codeOf(await whoami(gateway, key));
    expect(await reply()).toBe(ACCEPTED);
    await setAllowedIps(key, ["198.51.100.7"]);
    await until(reply, "403 ip_not_allowed");
    const wrong = { "X-Processing-Signature": hmac("another", BODY) };
    expect(codeOf(await whoami(gateway, key, wrong))).toBe("403 bad_header_signature");
  });

  test("that is narrowed while the body arrives refuses it", async () => {
    const code = await underALease(async (key) => {
      expect(await replyTo(key)).toBe(ACCEPTED);
      const finish = await slowRequest(gateway.port, key);
      await setAllowedIps(key, ["198.51.100.7"]);
      await aPollLater();
      return finish();
    });
    expect(code).toBe("403 ip_not_allowed");
  });

  test("that is widened accepts the address", async () => {
    const key = await insertKey({ allowedIps: ["198.51.100.7"] });
    const reply = async () => codeOf(await whoami(gateway, key));
    expect(await reply()).toBe("403 ip_not_allowed");
    await setAllowedIps(key, ["198.51.100.7", "127.0.0.0/8"]);
    await until(reply, ACCEPTED);
  });
});

describe("behind a trusted proxy", () => {
  test("the address the proxy saw is checked, and an invented one is not", async () => {
    const trusting = await gatewayHere({ trustedProxies: ["127.0.0.1"] });
    const key = await insertKey({ allowedIps: ["198.51.100.0/24"] });
    const from = async (forwardedFor: string, at = trusting) =>
      codeOf(await whoami(at, key, { "X-Forwarded-For": forwardedFor }));
    expect(await from("198.51.100.7")).toBe(ACCEPTED);
    expect(await from("203.0.113.9")).toBe("403 ip_not_allowed");
    expect(await from("198.51.100.7, 203.0.113.9")).toBe("403 ip_not_allowed");
    expect(await from("198.51.100.7, unknown")).toBe("403 ip_not_allowed");
    expect(await from("198.51.100.7", gateway)).toBe("403 ip_not_allowed");
    await trusting.stop();
  });
});
