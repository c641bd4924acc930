import { expect, test } from "vitest";
import { knownDevice } from "@/lib/identity/login/known-device";
import { countLogin, delayOf, isLockedOut } from "@/lib/identity/login/limits";
import { logIn } from "@/lib/identity/login/log-in";
import { db } from "@/lib/platform/db/db";
import { attemptOf, freshAddress, outcomeOf } from "../../kit/people/login";
import { makePerson, type Person } from "../../kit/people/people";

/** As a login does it: the delay, or null if the login is refused without verification. */
async function admit(email: string, address: string | null, device: string | null = null): Promise<number | null> {
  const who = { email, address, device };
  if (await isLockedOut(who)) return null;
  const wait = await delayOf(who);
  return (await countLogin(who)) ? wait : null;
}

const times = <T>(count: number, work: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));

/** Logs in once and returns the cookie that the browser keeps. */
async function deviceOf(person: Person): Promise<string> {
  const outcome = await logIn(await attemptOf(person));
  if (outcome.kind !== "ok") throw new Error(outcome.kind);
  return outcome.device;
}

test("the eleventh attempt in 15 minutes from one address against one account is refused, also in a burst", async () => {
  const address = freshAddress();
  const admitted = await times(40, () => admit("burst@acme.example", address));
  expect(admitted.filter((wait) => wait !== null)).toHaveLength(10);
});

test("after that the right password is refused too, so that guessing learns nothing", async () => {
  const person = await makePerson();
  const address = freshAddress();
  await times(10, () => admit(person.email, address));
  expect(await outcomeOf(await attemptOf(person, { address }))).toBe("refused");
});

test("another address is not refused because of it, and a login there does not lift the limit here", async () => {
  const person = await makePerson();
  const address = freshAddress();
  await times(10, () => admit(person.email, address));
  expect(await outcomeOf(await attemptOf(person))).toBe("ok");
  expect(await admit(person.email, address)).toBeNull();
});

test("the 101st attempt from one address is refused, whichever accounts it names", async () => {
  const address = freshAddress();
  const admitted = await times(120, (n) => admit(`user${n}@acme.example`, address));
  expect(admitted.filter((wait) => wait !== null)).toHaveLength(100);
});

test("two addresses of one IPv6 network share a counter; the next network is not refused", async () => {
  await times(10, (n) => admit("six@acme.example", `2001:db8:1:2::${n + 1}`));
  expect(await admit("six@acme.example", "2001:db8:1:2:ffff::1")).toBeNull();
  expect(await admit("six@acme.example", "2001:db8:1:3::1")).not.toBeNull();
});

test("attempts from many addresses against one account are slowed down, and never lock its owner out", async () => {
  const person = await makePerson();
  const waits = await times(60, () => admit(person.email, freshAddress()));
  expect(waits).not.toContain(null);
  expect(Math.max(...waits.map(Number))).toBe(5_000);
  expect(waits.filter((wait) => wait === 0).length).toBeLessThanOrEqual(20);
});

test("a stranger at the owner's own address can neither lock out nor slow down the owner's browser", async () => {
  const person = await makePerson();
  const device = await deviceOf(person);
  const address = freshAddress();
  await times(10, () => admit(person.email, address));
  await times(50, () => admit(person.email, freshAddress()));
  expect(await outcomeOf(await attemptOf(person, { address }))).toBe("refused");
  expect(await admit(person.email, address, knownDevice(device, person.email))).toBe(0);
  expect(await outcomeOf(await attemptOf(person, { address, device }))).toBe("ok");
});

test("a known browser is refused after ten wrong passwords of its own", async () => {
  const person = await makePerson();
  const device = await deviceOf(person);
  // At most four may wait for their turn at once.
  for (let n = 0; n < 3; n++)
    await times(4, async () => outcomeOf(await attemptOf(person, { device, password: "wrong", code: "000000" })));
  expect(await outcomeOf(await attemptOf(person, { device }))).toBe("refused");
});

test("a browser known to one account is unknown to every other", async () => {
  const [one, two] = [await makePerson(), await makePerson()];
  const device = await deviceOf(one);
  const address = freshAddress();
  await times(10, () => admit(two.email, address));
  expect(await outcomeOf(await attemptOf(two, { address, device }))).toBe("refused");
});

test("a made-up device cookie gets no counter of its own", async () => {
  const person = await makePerson();
  const address = freshAddress();
  await times(10, () => admit(person.email, address));
  for (const device of ["AAAAAAAAAAAAAAAAAAAAAA.AAAA", "", ".", "x.y.z", `${"A".repeat(22)}.${"A".repeat(43)}`]) {
    expect(await outcomeOf(await attemptOf(person, { address, device }))).toBe("refused");
  }
});

test("a successful login releases its attempts: ten logins in a row are not limited", async () => {
  const person = await makePerson();
  const address = freshAddress();
  for (let n = 0; n < 12; n++) expect(await outcomeOf(await attemptOf(person, { address }))).toBe("ok");
});

test("the table holds neither an address nor an email in clear text", async () => {
  await admit("clear@acme.example", "203.0.113.99");
  const rows = await db().rateLimit.findMany({ select: { key: true } });
  expect(rows.filter(({ key }) => /clear|acme|203\.0/.test(key))).toEqual([]);
});
