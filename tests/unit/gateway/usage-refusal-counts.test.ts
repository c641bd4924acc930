import fc from "fast-check";
import { expect, test } from "vitest";
import { RefusalCounts } from "@/lib/gateway/usage/refusal-counts";
import { formatAddress } from "@/lib/platform/ip-allowlist/address";
import { networkOf } from "@/lib/platform/ip-allowlist/network";

let ids = 0;
const newId = () => String(++ids);
const NOW = Date.UTC(2026, 10, 23, 12);
const SIGNATURE = "bad_header_signature";

test("refusals of one key, reason and source are one entry, with its first, its last and their number", () => {
  const ledger = new RefusalCounts(newId);
  for (const at of [1, 2, 3]) ledger.count(7, SIGNATURE, "192.0.2.1", NOW + at);
  expect(ledger.take(10)).toMatchObject([
    { key: 7, reason: SIGNATURE, source: "192.0.2.1", firstAt: NOW + 1, lastAt: NOW + 3, count: 3 },
  ]);
  ledger.count(7, "ip_not_allowed", "192.0.2.1", NOW);
  ledger.count(8, SIGNATURE, "192.0.2.1", NOW);
  ledger.count(7, SIGNATURE, "192.0.2.2", NOW);
  expect(ledger.take(10)).toHaveLength(3);
  expect(ledger.take(10)).toEqual([]);
});

test("of a key no more than 100 sources are counted separately, over all reasons; the rest is other", () => {
  const ledger = new RefusalCounts(newId);
  for (let n = 0; n < 1_000; n++)
    ledger.count(7, n % 2 ? SIGNATURE : "ip_not_allowed", `192.0.${n >> 8}.${n & 255}`, NOW);
  ledger.count(7, "ip_not_allowed", "192.0.0.1", NOW);
  const taken = ledger.take(1_000);
  expect(taken).toHaveLength(103);
  expect(taken.filter(({ source }) => source === "other").map(({ count }) => count)).toEqual([450, 450]);
});

test("an attacker's IPv6 network of 64 bits is one source", () => {
  const ledger = new RefusalCounts(newId);
  for (let n = 0; n < 500; n++) ledger.count(7, SIGNATURE, `2001:db8:0:1:${n.toString(16)}::1`, NOW);
  expect(ledger.take(10)).toMatchObject([{ source: "2001:db8:0:1::/64", count: 500 }]);
  expect(networkOf("2001:db8::1")).toBe("2001:db8::/64");
  expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
  expect(networkOf("unreadable")).toBe("unreadable");
});

test("an IPv6 address is counted by its first 64 bits, however it is shortened", () => {
  const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 65_535 })), {
    minLength: 8,
    maxLength: 8,
  });
  const inOne = (all: number[]) => all.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
  const agrees = (all: number[]) => {
    const value = inOne(all);
    const network = formatAddress({ family: 6, value: (value >> 64n) << 64n });
    return networkOf(formatAddress({ family: 6, value })) === `${network}/64`;
  };
  fc.assert(fc.property(groups, agrees), { numRuns: 2_000 });
});

test("a flood over many keys stops at the limit, and one entry a reason counts the rest", () => {
  const ledger = new RefusalCounts(newId);
  for (let n = 0; n < 20_000; n++) ledger.count(n, SIGNATURE, `198.51.${(n >> 8) & 255}.${n & 255}`, NOW);
  for (let n = 0; n < 5_000; n++) ledger.count(n, "ip_not_allowed", "203.0.113.1", NOW);
  expect(ledger.size).toBe(10_002);
  const beyond = ledger.take(20_000).filter(({ key }) => key === null);
  expect(beyond).toMatchObject([
    { source: "other", reason: SIGNATURE, count: 10_000 },
    { source: "other", reason: "ip_not_allowed", count: 5_000 },
  ]);
});

test("when the limit is reached, existing entries are still counted", () => {
  const ledger = new RefusalCounts(newId, 2);
  ledger.count(7, SIGNATURE, "192.0.2.1", NOW);
  ledger.count(8, SIGNATURE, "192.0.2.1", NOW);
  ledger.count(9, SIGNATURE, "192.0.2.1", NOW);
  expect(ledger.count(7, SIGNATURE, "192.0.2.1", NOW)).toMatchObject({ key: 7, count: 2 });
});

test("made-up keys are counted by their source, and no key is stored", () => {
  const ledger = new RefusalCounts(newId);
  for (let n = 0; n < 3; n++) ledger.count(null, "bad_header_key", "192.0.2.1", NOW);
  expect(ledger.take(10)).toMatchObject([{ key: null, source: "192.0.2.1", count: 3 }]);
});

test("an entry idle for an hour makes room once it is written, and later requests begin another", () => {
  const ledger = new RefusalCounts(newId, 1);
  const first = ledger.count(7, SIGNATURE, "192.0.2.1", NOW);
  ledger.sweep(NOW + 3_600_000);
  expect(ledger.size).toBe(1);
  ledger.take(10);
  ledger.sweep(NOW + 3_600_000 + 60_000);
  expect(ledger.size).toBe(0);
  const next = ledger.count(7, SIGNATURE, "192.0.2.1", NOW + 3_700_000);
  expect(next).toMatchObject({ key: 7, count: 1 });
  expect(next.id).not.toBe(first.id);
});

test("a source that is dropped makes room for another of its key", () => {
  const ledger = new RefusalCounts(newId);
  for (let n = 0; n < 100; n++) ledger.count(7, SIGNATURE, `192.0.2.${n}`, NOW);
  ledger.take(1_000);
  ledger.sweep(NOW + 3_600_000);
  expect(ledger.count(7, SIGNATURE, "198.51.100.1", NOW + 3_600_000).source).toBe("198.51.100.1");
});

test("an explanation is written with the time of its request, and never replaces a later one's", () => {
  const ledger = new RefusalCounts(newId);
  const entry = ledger.count(7, SIGNATURE, "192.0.2.1", NOW);
  ledger.take(10);
  ledger.explain(entry, "signature_base64", NOW);
  expect(ledger.take(10)).toMatchObject([{ mistake: "signature_base64", lookedAt: NOW, count: 1 }]);
  ledger.count(7, SIGNATURE, "192.0.2.1", NOW + 500);
  ledger.explain(entry, null, NOW + 400);
  expect(ledger.take(10)).toMatchObject([{ mistake: null, lookedAt: NOW + 400, lastAt: NOW + 500 }]);
  ledger.explain(entry, "key_as_secret", NOW + 100);
  expect(ledger.take(10)).toEqual([]);
  expect(entry).toMatchObject({ mistake: null, lookedAt: NOW + 400 });
});

test("correcting a clock that was behind moves the time of the explanation, and adds none", () => {
  const ledger = new RefusalCounts(newId);
  const [looked, not] = [ledger.count(7, SIGNATURE, "192.0.2.1", NOW), ledger.count(8, SIGNATURE, "192.0.2.1", NOW)];
  ledger.explain(looked, "key_as_secret", NOW);
  ledger.shift(5_000);
  expect([looked.lookedAt, looked.lastAt, not.lookedAt]).toEqual([NOW + 5_000, NOW + 5_000, 0]);
});
