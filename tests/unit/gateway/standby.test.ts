import { describe, expect, test, vi } from "vitest";
import { Standby } from "@/lib/gateway/auth/standby";
import type { CachedKey, StandbyKey } from "@/lib/gateway/cache/cached-key";
import { Unavailable } from "@/lib/gateway/cache/key-cache";
import { compileAllowlist } from "@/lib/platform/ip-allowlist/match";
import { signingKey } from "@/lib/platform/signing/signature";

const parts = { number: 1051, secret: signingKey(Buffer.from("secret")), allowlist: compileAllowlist([]) };
const waiting = (takesOver: StandbyKey["takesOver"] = "first_request"): StandbyKey => ({
  merchant: { id: "m", name: "M" },
  active: false,
  id: "id",
  takesOver,
  until: Number.POSITIVE_INFINITY,
  ...parts,
});
const active: CachedKey = {
  active: true,
  merchant: { id: "m", name: "Acme" },
  activatedAt: "2026-11-23T00:00:00.000Z",
  ...parts,
};

/** A database that answers each question only when the test tells it to. */
function database() {
  const open: { answer(outcome: string): void }[] = [];
  let now: CachedKey = waiting();
  const takeOver = vi.fn(() => new Promise<string>((resolve) => open.push({ answer: resolve })));
  const again = vi.fn(async () => now);
  const standby = new Standby({ keyCache: { again }, takeOver });
  return {
    ...{ standby, takeOver, again, open },
    becomes(entry: CachedKey) {
      now = entry;
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("for any number of concurrent requests with a key on standby", () => {
  test("one asks the database, and all are checked against what was read after the swap", async () => {
    const { standby, takeOver, open, becomes } = database();
    const answers = Promise.all(Array.from({ length: 50 }, () => standby.ask("k", waiting(), "192.0.2.1")));
    await settled();
    becomes(active);
    open[0]?.answer("taken");
    expect(new Set(await answers)).toEqual(new Set([active]));
    expect(takeOver).toHaveBeenCalledTimes(1);
  });

  test("requests from another address ask separately: one decision does not apply to the other", async () => {
    const { standby, takeOver, open, becomes } = database();
    const [mine, other] = [standby.ask("k", waiting(), "192.0.2.1"), standby.ask("k", waiting(), "192.0.2.2")];
    await settled();
    expect(takeOver.mock.calls.map((call: unknown[]) => call[1])).toEqual(["192.0.2.1", "192.0.2.2"]);
    open[0]?.answer("address");
    expect((await mine).active).toBe(false);
    becomes(active);
    open[1]?.answer("taken");
    expect(await other).toBe(active);
  });

  test("those that came after the query was sent ask again, together, if its reply is from before the swap", async () => {
    const { standby, takeOver, open, becomes } = database();
    const first = standby.ask("k", waiting(), "192.0.2.1");
    await settled();
    const later = [1, 2, 3].map(() => standby.ask("k", waiting(), "192.0.2.1"));
    open[0]?.answer("manual");
    expect((await first).active).toBe(false);
    await settled();
    becomes(active);
    open[1]?.answer("active");
    expect(await Promise.all(later)).toEqual([active, active, active]);
    expect(takeOver).toHaveBeenCalledTimes(2);
  });

  test("a query that fails fails only for the request that sent it, and a waiting one asks again", async () => {
    const { standby, again, open, becomes } = database();
    again.mockRejectedValueOnce(new Unavailable("gone"));
    const first = standby.ask("k", waiting(), "192.0.2.1");
    await settled();
    const later = standby.ask("k", waiting(), "192.0.2.1");
    open[0]?.answer("taken");
    await expect(first).rejects.toThrow("gone");
    await settled();
    becomes(active);
    open[1]?.answer("active");
    expect(await later).toBe(active);
  });
});

test("a key that waits for its Owner is read, and never takes over", async () => {
  const { standby, takeOver, becomes } = database();
  becomes(active);
  expect(await standby.ask("k", waiting("manual"), "192.0.2.1")).toBe(active);
  expect(takeOver).not.toHaveBeenCalled();
});

test("locked rows are queried again until they are decided", async () => {
  const { standby, takeOver, open, becomes } = database();
  const answer = standby.ask("k", waiting(), "192.0.2.1");
  await vi.waitUntil(() => open.length === 1);
  open[0]?.answer("busy");
  await vi.waitUntil(() => open.length === 2);
  becomes(active);
  open[1]?.answer("active");
  expect(await answer).toBe(active);
  expect(takeOver).toHaveBeenCalledTimes(2);
});
