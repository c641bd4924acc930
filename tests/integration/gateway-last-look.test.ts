import { once } from "node:events";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import type { ActiveKey } from "@/lib/gateway/entry";
import { createGatewayServer } from "@/lib/gateway/server";
import { trustedProxies } from "@/lib/gateway/source-address";
import { openUpstream } from "@/lib/gateway/upstream";
import { compileAllowlist } from "@/lib/ip-allowlist/match";
import { signingKey } from "@/lib/signing/signature";
import { BODY, codeOf, send, signed } from "../kit/gateway-requests";
import { startUpstream } from "../kit/upstream";

// Attack: a process that is stopped, or waits, between its verdict and what follows from it.
const pair = { key: "K".repeat(32), secret: "s".repeat(64) };
const entry: ActiveKey = {
  active: true,
  number: 1042,
  merchant: { id: "m", name: "Acme" },
  activatedAt: "2026-11-23T00:00:00.000Z",
  secret: signingKey(Buffer.from(pair.secret)),
  allowlist: compileAllowlist([]),
};

/** A gateway whose verdicts hold when they are given, and so often after that. */
async function serverWhoseVerdictsHold({ looks, asked = false }: { looks: number; asked?: boolean }) {
  const upstream = await startUpstream();
  const stands = vi.fn(() => stands.mock.calls.length <= 1 + looks);
  const opened = openUpstream({ url: upstream.url, connectMs: 500, answerMs: 500 });
  const answered = vi.fn();
  const server = createGatewayServer({
    ladder: {
      leases: { good: () => true, remembered: () => entry, entry: () => entry, stands, until: () => Date.now() + 1_000 },
      lookups: { take: () => true, giveBack: () => undefined },
      failed: () => undefined,
    },
    ...{ leaving: () => false, upstream: opened, trusted: trustedProxies([]), asked, maxConnections: 10, stillMs: 10_000, answered },
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
  const ask = (path: string) => send(origin + path, { headers: signed(pair), body: BODY });
  return { ask, upstream, stands, outcome: () => answered.mock.lastCall?.[0]?.outcome };
}

test.each([
  ["an answer of its own", "/api/v2/whoami", false],
  ["an answer to a proxy that asks", "/authorize/api/v2/payments", true],
])("%s is given under a verdict that still holds, and else is 503", async (_, path, asked) => {
  const holds = await serverWhoseVerdictsHold({ looks: 1, asked });
  expect((await holds.ask(path)).status).toBe(200);
  expect(holds.outcome()).toBe("accepted");
  const lapsed = await serverWhoseVerdictsHold({ looks: 0, asked });
  const reply = await lapsed.ask(path);
  expect(codeOf(reply)).toBe("503 unavailable");
  expect(lapsed.outcome()).toBe("unavailable");
});

test("a request whose verdict lapsed while it waited for the upstream's connection is not sent, and the next one is", async () => {
  const { ask, upstream, stands, outcome } = await serverWhoseVerdictsHold({ looks: 0 });
  const reply = await ask("/api/v2/payments");
  expect(codeOf(reply)).toBe("503 unavailable");
  expect(upstream.received).toEqual([]);
  expect(outcome()).toBe("unavailable");
  stands.mockReturnValue(true);
  expect((await ask("/api/v2/payments")).status).toBe(200);
  expect(upstream.received).toHaveLength(1);
});
