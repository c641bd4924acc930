import { expect, test } from "vitest";
import type { Moment } from "@/lib/gateway/cache/clock";
import { OwnRow } from "@/lib/gateway/own-row";

/** The row of a connection whose clock only moves when told to. */
function setUp() {
  const now: Moment = { monotonic: 5_000, wall: 1_800_000_000_000 };
  const row = new OwnRow(() => ({ ...now }));
  const renew = (named = 0) => {
    const use = row.begin();
    row.end(use, named);
    return use;
  };
  return { now, row, renew };
}

/** A row that was entered and has acknowledged that everything was forgotten. */
function entered() {
  const set = setUp();
  expect([set.renew(), set.renew()]).toEqual(["enter", "acknowledge"]);
  return set;
}

test("the first renewal of a connection inserts the row, and the next acknowledges that the cache was emptied", () => {
  const { row, renew } = setUp();
  expect(renew()).toBe("enter");
  expect(row.owes).toBe(true);
  expect(renew()).toBe("acknowledge");
  expect(row.owes).toBe(false);
});

test("a renewal that names no key is followed by one that checks that the row exists", () => {
  const { row, renew } = entered();
  expect([renew(), renew(), renew()]).toEqual(["look", "look", "look"]);
  expect(row.owes).toBe(false);
});

test.each([1, 10_001])("only the renewal after one that named %d keys acknowledges it", (named) => {
  const { row, renew } = entered();
  expect(renew(named)).toBe("look");
  expect(row.owes).toBe(true);
  expect([renew(), renew()]).toEqual(["acknowledge", "look"]);
});

test("an acknowledgement that names further keys is followed by another", () => {
  const { renew } = entered();
  renew(1);
  expect([renew(1), renew(), renew()]).toEqual(["acknowledge", "acknowledge", "look"]);
});

test.each<[string, Partial<Moment>]>([
  ["the monotonic clock", { monotonic: 10_000 }],
  ["the wall clock", { wall: 10_000 }],
])("the row is written if the last write was sent 10 s ago by %s", (_, { monotonic = 0, wall = 0 }) => {
  const { now, renew } = entered();
  now.monotonic += monotonic && monotonic - 1;
  now.wall += wall && wall - 1;
  expect(renew()).toBe("look");
  now.monotonic += monotonic && 1;
  now.wall += wall && 1;
  expect([renew(), renew()]).toEqual(["acknowledge", "look"]);
});

test("a renewal without a reply leaves pending acknowledgements as they were", () => {
  const { row, renew } = entered();
  renew(1);
  row.begin();
  expect(row.owes).toBe(true);
});
