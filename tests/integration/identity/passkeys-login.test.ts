import { expect, test } from "vitest";
import { type Attempt, logIn } from "@/lib/identity/login/log-in";
import { loginChallenge, requestChallenge } from "@/lib/identity/second-factor/passkeys/issue-challenge";
import { type LoggedInUser, loggedInUser } from "../../kit/people/account";
import { asDatabaseOwner, unwrap } from "../../kit/people/api-keys";
import { type Authenticator, assert, type Overrides } from "../../kit/people/authenticator";
import { freshAddress } from "../../kit/people/login";
import { addPasskeyTo } from "../../kit/people/passkeys";
import { makePerson, type Person } from "../../kit/people/people";

const challenge = async () => unwrap(await loginChallenge(freshAddress())).challenge;

const attempt = (person: Person, passkey: unknown, overrides: Partial<Attempt> = {}): Attempt => ({
  email: person.email,
  password: person.password,
  code: "",
  passkey,
  address: freshAddress(),
  userAgent: "kit",
  device: null,
  ...overrides,
});

const answer = async (given: Attempt) => (await logIn(given)).kind;

async function holder(): Promise<{ home: LoggedInUser; device: Authenticator }> {
  const home = await loggedInUser();
  return { home, device: await addPasskeyTo(home.self) };
}

test("a passkey and the right password log its holder in, once", async () => {
  const { home, device } = await holder();
  const given = attempt(home.person, assert(device, await challenge()));
  expect(await answer(given)).toBe("ok");
  expect(await answer(given)).toBe("refused");
});

test("of 8 concurrent logins with one signature all but one are refused", async () => {
  const { home, device } = await holder();
  const signed = assert(device, await challenge());
  const answers = await Promise.all(Array.from({ length: 8 }, () => answer(attempt(home.person, signed))));
  expect(answers.filter((kind) => kind === "ok")).toHaveLength(1);
});

test("every failure gets the same reply, each with a delay", async () => {
  const [{ home, device }, other] = [await holder(), await holder()];
  const disabled = await makePerson({ disabled: true });
  const { challenge: stepUp } = unwrap(await requestChallenge(home.self, "api-key:generate", {}));
  const given = [
    attempt(home.person, assert(other.device, await challenge())),
    attempt(home.person, assert(device, stepUp)),
    attempt(home.person, assert(device, "bWFkZSB1cA")),
    attempt(home.person, null),
    attempt(home.person, { id: "x" }),
    attempt(home.person, assert(device, await challenge()), { password: "not the password" }),
    attempt(disabled, assert(device, await challenge())),
    attempt(home.person, assert(device, await challenge()), { email: "nobody@acme.example" }),
  ];
  for (const login of given) {
    const began = performance.now();
    expect(await logIn(login)).toEqual({ kind: "refused" });
    expect(performance.now() - began).toBeGreaterThanOrEqual(500);
  }
});

test.each<[string, Overrides]>([
  ["for another origin", { origin: "https://evil.example" }],
  ["for another host", { rpId: "evil.example" }],
  ["without its holder verified", { verified: false }],
])("a signature %s is refused", async (_, overrides) => {
  const { home, device } = await holder();
  expect(await answer(attempt(home.person, assert(device, await challenge(), overrides)))).toBe("refused");
});

test("a challenge that is two minutes old is refused", async () => {
  const { home, device } = await holder();
  const old = await challenge();
  await asDatabaseOwner("UPDATE passkey_challenges SET expires_at = now() WHERE challenge = $1", [old]);
  expect(await answer(attempt(home.person, assert(device, old)))).toBe("refused");
});

test("a refused login consumes no signature", async () => {
  const { home, device } = await holder();
  const signed = assert(device, await challenge());
  expect(await answer(attempt(home.person, signed, { password: "not the password" }))).toBe("refused");
  expect(await answer(attempt(home.person, signed))).toBe("ok");
});

test("the challenge contains nothing about a user, and each is new", async () => {
  await holder();
  const [one, two] = [unwrap(await loginChallenge("203.0.113.9")), unwrap(await loginChallenge(null))];
  expect(one.challenge).not.toBe(two.challenge);
  expect(one.allowCredentials).toEqual([]);
  expect({ ...one, challenge: "" }).toEqual({ ...two, challenge: "" });
  expect(one.userVerification).toBe("required");
});

test("after 100 in 15 minutes an address gets no more challenges, and another one does", async () => {
  const address = freshAddress();
  const given: boolean[] = [];
  for (let n = 0; n < 5; n++)
    given.push(...(await Promise.all(Array.from({ length: 21 }, () => loginChallenge(address)))).map(({ ok }) => ok));
  expect(given.filter(Boolean)).toHaveLength(100);
  expect((await loginChallenge(freshAddress())).ok).toBe(true);
});

test("all addresses of one IPv6 network share those 100, and the next network has its own", async () => {
  const given: boolean[] = [];
  for (let n = 0; n < 5; n++) {
    const addresses = Array.from({ length: 21 }, (_, k) => `2001:db8:7:7::${(n * 21 + k + 1).toString(16)}`);
    given.push(...(await Promise.all(addresses.map(loginChallenge))).map(({ ok }) => ok));
  }
  expect(given.filter(Boolean)).toHaveLength(100);
  expect((await loginChallenge("2001:db8:7:8::1")).ok).toBe(true);
});
