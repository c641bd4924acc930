import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { AuthDeps } from "@/lib/gateway/auth/auth-result";
import { authenticate } from "@/lib/gateway/auth/authenticate";
import { HEAVY_BYTES, heavyTurn } from "@/lib/gateway/http/heavy-turns";
import { runWithTick } from "@/lib/gateway/http/tick-batch";
import { compileAllowlist } from "@/lib/platform/ip-allowlist/match";
import { sign, signingKey } from "@/lib/platform/signing/signature";

/** How many of the promises resolved in each tick, until all have. */
async function byTurns(works: readonly Promise<unknown>[]): Promise<number[]> {
  const counts: number[] = [];
  let [now, done] = [0, 0];
  for (const work of works) void work.then(() => now++);
  while (done < works.length) {
    await turn();
    counts.push(now);
    done += now;
    now = 0;
  }
  return counts;
}

test("heavy work requested at the same time runs one piece a turn, in order", async () => {
  const order: number[] = [];
  const counts = await byTurns(Array.from({ length: 40 }, (_, n) => heavyTurn().then(() => order.push(n))));
  expect(Math.max(...counts)).toBe(1);
  expect(order).toEqual(Array.from({ length: 40 }, (_, n) => n));
});

test("large bodies that are read in one turn are processed one a turn, small ones all at once", async () => {
  const secret = signingKey(Buffer.from("secret"));
  const entry = {
    ...{
      active: true as const,
      number: 1,
      merchant: { id: "m", name: "Acme" },
      activatedAt: "2026-11-23T00:00:00.000Z",
    },
    ...{ secret, allowlist: compileAllowlist([]) },
  };
  const ladder: AuthDeps = {
    keyCache: {
      isFresh: () => true,
      renewal: async () => undefined,
      peek: () => entry,
      load: () => entry,
      isCurrent: () => true,
      until: () => 0,
    },
    lookups: { take: () => true, release: () => undefined },
    activeKeys: { mayBeActive: () => false },
    standby: { ask: () => Promise.reject(new Error("no key is on standby here")) },
    failed: () => undefined,
  };
  const judged = (bytes: number) => {
    const body = Buffer.from(`"${"x".repeat(bytes - 2)}"`);
    const headers = [
      "X-Processing-Key",
      "K".repeat(32),
      "X-Processing-Signature",
      sign(secret, body),
      "Content-Type",
      "application/json",
    ];
    const request = { method: "POST", path: "/", target: "/", headers, source: "192.0.2.1", body: async () => [body] };
    return Array.from({ length: 10 }, async () => authenticate(request, ladder));
  };
  expect(Math.max(...(await byTurns(judged(HEAVY_BYTES))))).toBe(1);
  expect(Math.max(...(await byTurns(judged(1_000))))).toBe(10);
});

test("of a thousand requests read in one turn at most 128 are started in each, in order, and their follow-up work waits behind them", async () => {
  const order: number[] = [];
  const counts: number[] = [];
  for (let n = 0; n < 1_000; n++) {
    runWithTick(() => {
      order.push(n);
      if (n === 0) runWithTick(() => order.push(1_000));
    });
  }
  while (order.length < 1_001) {
    const before = order.length;
    await turn();
    counts.push(order.length - before);
  }
  expect(Math.max(...counts)).toBe(128);
  expect(order).toEqual(Array.from({ length: 1_001 }, (_, n) => n));
});
