import { once } from "node:events";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ActiveKey, CachedKey } from "@/lib/gateway/cache/cached-key";
import { createGatewayServer } from "@/lib/gateway/http/server";
import { openUpstream } from "@/lib/gateway/proxy/upstream";
import { trustedProxies } from "@/lib/http/client-address";
import { compileAllowlist } from "@/lib/platform/ip-allowlist/match";
import { signingKey } from "@/lib/platform/signing/signature";
import { BODY, codeOf, sendOnce, signed } from "../../kit/gateway/gateway-requests";
import { startUpstream } from "../../kit/gateway/upstream";

// Attack: a process that is stopped, or waits, between its verdict and the consequence.
const pair = { key: "K".repeat(32), secret: "s".repeat(64) };
const active: ActiveKey = {
  active: true,
  number: 1042,
  merchant: { id: "m", name: "Acme" },
  activatedAt: "2026-11-23T00:00:00.000Z",
  secret: signingKey(Buffer.from(pair.secret)),
  allowlist: compileAllowlist([]),
};

type Holding = { looks: number; again?: number; asked?: boolean; becomes?: CachedKey };

/**
 * A gateway whose verdicts are current for the first check and `looks` more, then are not for
 * `again` checks, then are current again. By then the cached key may be a different one.
 */
async function serverWhoseVerdictsHold({ looks, again = Infinity, asked = false, becomes = active }: Holding) {
  const upstream = await startUpstream();
  let entry: CachedKey = active;
  const isCurrent = vi.fn(() => {
    const look = isCurrent.mock.calls.length - 1;
    if (look > looks) entry = becomes;
    return look <= looks || look > looks + again;
  });
  const opened = openUpstream({ url: upstream.url, connectMs: 60_000, answerMs: 60_000 });
  const answered = vi.fn();
  const server = createGatewayServer({
    ladder: {
      keyCache: {
        isFresh: () => true,
        renewal: async () => undefined,
        peek: () => entry,
        load: () => entry,
        isCurrent,
        until: () => Date.now() + 1_000,
      },
      lookups: { take: () => true, release: () => undefined },
      activeKeys: { mayBeActive: () => false },
      standby: { ask: () => Promise.reject(new Error("no key is on standby here")) },
      failed: () => undefined,
    },
    ...{
      leaving: () => false,
      upstream: opened,
      trusted: trustedProxies([]),
      asked,
      maxConnections: 10,
      stillMs: 10_000,
      answered,
    },
    log: pino({ level: "silent" }),
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await opened.close();
    await upstream.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = (path: string) => sendOnce(origin + path, { headers: signed(pair), body: BODY });
  return { ask, upstream, isCurrent, outcome: () => answered.mock.lastCall?.[0]?.outcome };
}

test.each([
  ["an answer of its own", "/api/v2/whoami", false],
  ["an answer to a proxy that asks", "/authorize/api/v2/payments", true],
])(
  "%s is sent only while the verdict is current; otherwise the request is checked again, and gets 503 if that verdict is not current either",
  async (_, path, asked) => {
    const holds = await serverWhoseVerdictsHold({ looks: 1, asked });
    expect((await holds.ask(path)).status).toBe(200);
    expect(holds.outcome()).toBe("accepted");
    const again = await serverWhoseVerdictsHold({ looks: 0, again: 1, asked });
    expect((await again.ask(path)).status, "judged again, and given once").toBe(200);
    expect(again.outcome()).toBe("accepted");
    const refused = await serverWhoseVerdictsHold({
      looks: 0,
      again: 1,
      asked,
      becomes: { active: false, number: 1042 },
    });
    expect(codeOf(await refused.ask(path)), "judged again, by a key that was deactivated meanwhile").toBe(
      "403 bad_header_key",
    );
    expect(refused.outcome()).toBe("bad_header_key");
    const lapsed = await serverWhoseVerdictsHold({ looks: 0, asked });
    const reply = await lapsed.ask(path);
    expect(codeOf(reply)).toBe("503 unavailable");
    expect(lapsed.outcome()).toBe("unavailable");
  },
);

test("a request whose verdict expired while it waited for the upstream's connection is not sent, and the next one is", async () => {
  const { ask, upstream, isCurrent, outcome } = await serverWhoseVerdictsHold({ looks: 0 });
  const reply = await ask("/api/v2/payments");
  expect(codeOf(reply)).toBe("503 unavailable");
  expect(upstream.received).toEqual([]);
  expect(outcome()).toBe("unavailable");
  isCurrent.mockReturnValue(true);
  expect((await ask("/api/v2/payments")).status).toBe(200);
  expect(upstream.received).toHaveLength(1);
});

describe("a request whose verdict expired while it waited for the upstream's connection is checked again", () => {
  test("and sent once, if it is still accepted", async () => {
    const { ask, upstream, outcome } = await serverWhoseVerdictsHold({ looks: 0, again: 1 });
    expect((await ask("/api/v2/payments")).status).toBe(200);
    expect(upstream.received.map(({ target, body }) => `${target} ${body}`)).toEqual([`/api/v2/payments ${BODY}`]);
    expect(outcome()).toBe("accepted");
  });

  test("and refused, if its key was deactivated meanwhile", async () => {
    const { ask, upstream, outcome } = await serverWhoseVerdictsHold({
      looks: 0,
      again: 1,
      becomes: { active: false, number: 1042 },
    });
    expect(codeOf(await ask("/api/v2/payments"))).toBe("403 bad_header_key");
    expect(upstream.received).toEqual([]);
    expect(outcome()).toBe("bad_header_key");
  });

  test("a few times, and then gets 503", async () => {
    const { ask, upstream, isCurrent, outcome } = await serverWhoseVerdictsHold({ looks: 0, again: 1 });
    // Every verdict is current, but no longer so once there is a connection.
    isCurrent.mockImplementation(() => isCurrent.mock.calls.length % 2 === 1);
    expect(codeOf(await ask("/api/v2/payments"))).toBe("503 unavailable");
    expect(isCurrent).toHaveBeenCalledTimes(6);
    expect(upstream.received).toEqual([]);
    expect(outcome()).toBe("unavailable");
  });
});
