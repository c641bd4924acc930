import { execFile } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { scripts } from "@/package.json";
import { bundleOf, childEnv } from "../../kit/child-env";
import { freePort } from "../../kit/free-port";
import { type GatewayProcess, gatewayProcess } from "../../kit/gateway/gateway";
import { insertKey, randomLetters, type StoredKey, setStatus } from "../../kit/gateway/gateway-keys";
import { startProgram } from "../../kit/gateway/gateway-program";
import {
  BODY,
  codeOf,
  hmac,
  isWithoutLease,
  RawClient,
  repliesIn,
  send,
  sendOnce,
  signed,
  whoami,
  whoamiOnce,
} from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";

const run = promisify(execFile);
const ACCEPTED = "200 accepted";
const LONG = { interval: 20, timeout: 60_000 };

let gateway: GatewayProcess;
let key: StoredKey;

beforeAll(async () => {
  gateway = await gatewayProcess();
  key = await insertKey();
});
afterAll(() => gateway.stop());

describe("a gateway process", () => {
  test("accepts a request signed by openssl and sent by curl", async () => {
    const signing = run("openssl", ["dgst", "-sha512", "-hmac", key.secret, "-r"], { env: childEnv() });
    signing.child.stdin?.end(BODY);
    const signature = (await signing).stdout.split(" ")[0] as string;
    const curl = async (body: string) => {
      const args = [
        ...[
          "--silent",
          "--show-error",
          "--write-out",
          " %{http_code}",
          "--data-binary",
          body,
          "--header",
          "Content-Type: application/json",
        ],
        ...[
          "--header",
          `X-Processing-Key: ${key.key}`,
          "--header",
          `X-Processing-Signature: ${signature}`,
          `${gateway.origin}/api/v2/whoami`,
        ],
      ];
      return retryWithoutLease(async () => (await run("curl", args, { env: childEnv() })).stdout, isWithoutLease);
    };
    expect(await curl(BODY)).toMatch(new RegExp(`^{"data":{"merchant":{"id":"${key.merchantId}".* 200$`));
    expect(await curl(`${BODY} `)).toBe('{"error":"Bad signature header","code":"bad_header_signature"} 403');
  });
});

test("npm run gateway starts it on the runtime that GATEWAY_RUNTIME names", async () => {
  // As npm does it.
  const { stdout } = await run("sh", ["-c", scripts.gateway], {
    env: childEnv({ NODE_ENV: "test", GATEWAY_RUNTIME: "echo" }),
  });
  expect(stdout).toBe("--enable-source-maps .build/gateway.mjs\n");
});

describe("stopped for two seconds while its key is deactivated, and continued", () => {
  test.each([1, 2, 3])("it accepts nothing (round %i)", async () => {
    const paused = await insertKey();
    expect(codeOf(await whoami(gateway, paused))).toBe(ACCEPTED);
    await gateway.freeze();
    // Sent while the process is stopped, they wait in its socket and are read before any poll.
    const waiting = Array.from({ length: 20 }, () => whoamiOnce(gateway, paused));
    await sleep(300);
    await setStatus(paused, "inactive");
    await sleep(1_700);
    const more = Array.from({ length: 20 }, () => whoamiOnce(gateway, paused));
    gateway.signal("SIGCONT");
    const codes = (await Promise.all([...waiting, ...more])).map(codeOf);
    expect(codes.filter((code) => code !== "503 unavailable" && code !== "403 bad_header_key")).toEqual([]);
    expect(codeOf(await whoami(gateway, paused))).toBe("403 bad_header_key");
    expect(codeOf(await whoami(gateway, key))).toBe(ACCEPTED);
  });
});

describe("the log", () => {
  test("has one line for each request, with its id, outcome, key number and duration", async () => {
    const reply = await whoami(gateway, key);
    const id = reply.headers["x-request-id"] as string;
    const line = () => gateway.lines().find((text) => text.includes(id));
    await expect.poll(line, LONG).toBeDefined();
    expect(JSON.parse(line() as string)).toMatchObject({
      level: 30,
      time: expect.any(Number),
      process: "gateway",
      requestId: id,
      method: "POST",
      route: "/api/v2/whoami",
      source: "127.0.0.1",
      outcome: "accepted",
      status: 200,
      key: key.number,
      ms: expect.any(Number),
    });
  });

  test("never contains a secret, a signature, a code, a body, a key or a path of the client's", async () => {
    const marks = {
      body: randomLetters(20),
      path: randomLetters(20),
      query: randomLetters(20),
      header: randomLetters(20),
      code: "271828",
      signature: hmac(randomLetters(8), randomLetters(8)),
    };
    const body = JSON.stringify({ note: marks.body, code: marks.code });
    const unsealable = await insertKey({ sealedFor: "00000000-0000-4000-8000-000000000000" });
    const headers = { ...signed(key, body), "X-Note": marks.header, Authorization: `Bearer ${marks.header}` };
    await send(`${gateway.origin}/api/v2/${marks.path}?code=${marks.query}`, { headers, body });
    await send(`${gateway.origin}/api/v2/whoami`, {
      headers: { ...headers, "X-Processing-Signature": marks.signature },
      body,
    });
    await send(`${gateway.origin}/api/v2/whoami`, { headers, body: `${body}!` });
    await whoamiOnce(gateway, unsealable);
    await whoami(gateway, { ...key, key: randomLetters(32) });
    const garbage = new RawClient(gateway.port).write(
      `POST /${marks.path} HTTP/1.1`,
      `X-Note: ${marks.header}`,
      "",
      "",
    );
    await garbage.closed;
    const last = await whoami(gateway, key);
    await expect
      .poll(() => gateway.lines().some((line) => line.includes(last.headers["x-request-id"] as string)), LONG)
      .toBe(true);
    const log = gateway.lines().join("\n");
    const secrets = [
      key.secret,
      unsealable.secret,
      key.key,
      unsealable.key,
      hmac(key.secret, body),
      hmac(key.secret, BODY),
      ...Object.values(marks),
    ];
    for (const secret of secrets) expect(log.includes(secret), secret).toBe(false);
    expect(log).not.toContain((process.env.SEALING_PRIVATE_KEYS as string).slice(2, 60));
    expect(log).not.toContain(new URL(process.env.GATEWAY_DATABASE_URL as string).password);
    expect(log).toContain("does not open");
  });
});

/** How long a gateway that is shutting down keeps idle connections. */
const IDLE_MS = 1_000;
const DRAIN_SECONDS = 2;

describe("a gateway that is told to stop", () => {
  const whoamiLines = () => Object.entries(signed(key)).map(([name, value]) => `${name}: ${value}`);
  const REQUEST = ["POST /api/v2/whoami HTTP/1.1", "Host: a", `Content-Length: ${BODY.length}`];

  /**
   * Runs `work` with a new gateway. Repeated if the lease ran out in it, or this process was too
   * late.
   */
  const leaves = (work: (leaving: GatewayProcess) => Promise<"again" | "done">, drainSeconds = 0) =>
    retryWithoutLease(
      async () => {
        const leaving = await gatewayProcess({ drainSeconds });
        try {
          return await work(leaving);
        } finally {
          await leaving.stop();
        }
      },
      (how) => how === "again",
    );

  test("answers requests in progress or just sent, closes their connections, accepts no new one, and exits with 0", async () => {
    const how = await leaves(async (leaving) => {
      const underWay = new RawClient(leaving.port).write(...REQUEST, ...whoamiLines(), "", BODY.slice(0, 9));
      const [used, idle] = [0, 1].map(() =>
        new RawClient(leaving.port).write("GET /api/v2/ping HTTP/1.1", "Host: a", "", ""),
      );
      if (!used || !idle) throw new Error("unreachable");
      await expect.poll(() => used.received + idle.received, LONG).toMatch(/OK.*OK$/s);
      // Without a lease its port is closed, and each answer closes its connection.
      if ([used, idle].some(({ received }) => /^connection: close/im.test(received))) return "again";
      const told = performance.now();
      leaving.signal("SIGTERM");
      const refused = () => sendOnce(`${leaving.origin}/api/v2/ping`).then(String, ({ code }) => code);
      await expect.poll(refused, { ...LONG, interval: 5 }).toBe("ECONNREFUSED");
      used.write(...REQUEST, ...whoamiLines(), "", BODY);
      underWay.write(BODY.slice(9));
      // A client that got no reply for a second after the shutdown began is cut off.
      if (performance.now() - told > IDLE_MS - 200) return "again";
      const texts = await Promise.all([underWay.closed, used.closed]);
      if (texts.some(isWithoutLease)) return "again";
      const replies = [repliesIn(texts[0] as string)[0], repliesIn(texts[1] as string)[1]];
      // So is a client that the gateway had no processor time to read within that second.
      if (replies.includes(undefined) && performance.now() - told > IDLE_MS) return "again";
      for (const reply of replies) {
        expect(reply, [...texts, ...leaving.lines()].join("\n")).toMatchObject({
          status: 200,
          body: expect.stringContaining(key.merchantId),
        });
        expect(reply?.head).toMatch(/^connection: close$/im);
      }
      await idle.closed;
      expect(await leaving.exited).toBe(0);
      expect(leaving.lines().at(-1)).toContain('"stopped"');
      return "done";
    });
    expect(how).toBe("done");
  });

  test("before its port is open ends in the same way, once it is", async () => {
    const env = { SEALING_PRIVATE_KEYS: process.env.SEALING_PRIVATE_KEYS, GATEWAY_PORT: String(await freePort()) };
    // Without a database, a gateway waits for a second before it opens its port.
    const GATEWAY_DATABASE_URL = `postgresql://countersign_gateway@127.0.0.1:${await freePort()}/none`;
    const starting = startProgram(bundleOf("gateway"), {
      NODE_ENV: "production",
      DRAIN_SECONDS: "0",
      ...env,
      GATEWAY_DATABASE_URL,
    });
    await starting.until(() => starting.lines()[0]);
    starting.child.kill("SIGTERM");
    expect(await starting.exited, starting.output()).toBe(0);
    expect(starting.lines().at(-1)).toContain('"stopped"');
  });

  test("answers twenty connections that wait to be accepted before it accepts no new one", async () => {
    const how = await leaves(async (leaving) => {
      await leaving.freeze();
      const waiting = Array.from({ length: 20 }, () =>
        new RawClient(leaving.port).write(...REQUEST, ...whoamiLines(), "", BODY),
      );
      // A gateway that is frozen while it has no lease has closed its port.
      const connected = waiting.map(({ socket }) =>
        once(socket, "connect").then(
          () => true,
          () => false,
        ),
      );
      if ((await Promise.all(connected)).includes(false)) return "again";
      leaving.signal("SIGTERM");
      leaving.signal("SIGCONT");
      const received = await Promise.all(waiting.map((client) => client.closed));
      if (received.some(isWithoutLease)) return "again";
      expect(received.map((text) => repliesIn(text).map(({ status }) => status))).toEqual(Array(20).fill([200]));
      expect(await leaving.exited).toBe(0);
      return "done";
    });
    expect(how).toBe("done");
  });

  test("keeps serving for a moment with 503 at /readyz, and no request of a load balancer that checks it fails", async () => {
    const how = await leaves(async (leaving) => {
      const ready = async () =>
        (await sendOnce(`${leaving.origin}/readyz`, { method: "GET" }).catch(() => null))?.status;
      const codes: string[] = [];
      const agent = new Agent({ keepAlive: true });
      let told = Number.POSITIVE_INFINITY;
      // It may lose its lease before the signal. Then it is not ready either, for a moment.
      const asks = async (keepAlive: Agent | false) => {
        for (let status = await ready(); status === 200 || performance.now() < told; status = await ready())
          if (status === 200)
            codes.push(
              codeOf(
                await send(`${leaving.origin}/api/v2/whoami`, { headers: signed(key), body: BODY, agent: keepAlive }),
              ),
            );
      };
      const clients = [agent, agent, agent, agent, false, false] as const;
      const traffic = Promise.all(clients.map(asks));
      await expect.poll(() => codes.length, LONG).toBeGreaterThan(50);
      leaving.signal("SIGTERM");
      told = performance.now();
      const failure = await traffic.then(() => null, String);
      // A client that checks and is then blocked for longer than the drain period asks too late.
      if (performance.now() - told > 1_000 * DRAIN_SECONDS) return "again";
      expect(failure).toBeNull();
      expect(new Set(codes)).toEqual(new Set([ACCEPTED]));
      const [late, unready] = await Promise.all([
        whoamiOnce(leaving, key).catch(String),
        sendOnce(`${leaving.origin}/readyz`, { method: "GET" }).catch(String),
      ]);
      agent.destroy();
      if (performance.now() - told > 1_000 * DRAIN_SECONDS) return "again";
      if (typeof late === "string" || typeof unready === "string") throw new Error(`${late} ${unready}`);
      if (late.status === 503) return "again";
      expect(codeOf(late)).toBe(ACCEPTED);
      expect(late.headers.connection).toBe("close");
      expect(unready.body).toBe('{"error":"Unavailable","code":"unavailable"}');
      expect(await leaving.exited).toBe(0);
      return "done";
    }, DRAIN_SECONDS);
    expect(how).toBe("done");
  });

  test("does not wait forever for a client that never finishes", async () => {
    const leaving = await gatewayProcess();
    onTestFinished(leaving.stop);
    const client = new RawClient(leaving.port).write(
      "POST /api/v2/whoami HTTP/1.1",
      "Host: a",
      "Content-Length: 5",
      "",
      "",
    );
    await expect.poll(() => client.received, LONG).toContain("required_header_key");
    leaving.signal("SIGTERM");
    expect(await leaving.exited).toBe(0);
    client.end();
  });
});
