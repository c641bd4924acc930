import * as argon2 from "@node-rs/argon2";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { hashingTurn, type Waiting } from "@/lib/platform/crypto/password";

vi.mock("@node-rs/argon2", { spy: true });
beforeEach(() => vi.clearAllMocks());

const stranger = (n: number): Waiting => ({ lane: "strangers", subject: `198.51.100.${n}` });
const hashOf = async (plain: string): Promise<string> =>
  String(await hashingTurn(stranger(0), (hasher) => hasher.hash(plain)));
const isRight = (stored: string | null, plain: string) =>
  hashingTurn(stranger(0), (hasher) => hasher.verify(stored, plain));

describe("passwords", () => {
  test("are stored as argon2id with at least OWASP's memory and passes, and a salt of their own", async () => {
    const [one, two] = await Promise.all([hashOf("correct horse"), hashOf("correct horse")]);
    expect(argon2.parseOptions(one)).toMatchObject({ algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    expect(one).not.toBe(two);
    expect(await isRight(one, "correct horse")).toBe(true);
  });

  test.each(["correct hors", "correct horse ", "Correct horse", "", "correct horse\0"])(
    "%j is refused where another was set",
    async (typed) => {
      expect(await isRight(await hashOf("correct horse"), typed)).toBe(false);
    },
  );

  test("the 73rd character counts: a long password is not truncated", async () => {
    const long = "x".repeat(100);
    expect(await isRight(await hashOf(long), `${long.slice(0, 99)}y`)).toBe(false);
  });

  test("a user who does not exist is refused at the cost of one who does", async () => {
    const hash = await hashOf("correct horse");
    vi.clearAllMocks();
    await isRight(hash, "wrong");
    await isRight(null, "wrong");
    const [real, nobody] = vi.mocked(argon2.verify).mock.calls.map(([stored]) => argon2.parseOptions(stored));
    expect(argon2.verify).toHaveBeenCalledTimes(2);
    expect({ ...nobody, saltLen: 0 }).toEqual({ ...real, saltLen: 0 });
  });

  test("a user without a password is refused even when the verification succeeds", async () => {
    vi.mocked(argon2.verify).mockResolvedValueOnce(true);
    expect(await isRight(null, "guessed")).toBe(false);
  });

  test("a burst of strangers is refused when the queue is full; known browsers and logged-in users are not", async () => {
    const flood = Array.from({ length: 60 }, (_, n) => hashingTurn(stranger(n), (hasher) => hasher.verify(null, "x")));
    expect(flood.filter((turn) => turn === null)).toHaveLength(60 - 42);
    const known = hashingTurn({ lane: "known", subject: "owner@acme.example" }, (hasher) => hasher.verify(null, "x"));
    const loggedIn = hashingTurn({ lane: "logged-in", subject: "owner" }, (hasher) => hasher.verify(null, "x"));
    expect([known, loggedIn]).not.toContain(null);
    await Promise.all([known, loggedIn]);
    const done = await Promise.all(flood.map((turn) => turn && Promise.race([turn, "waiting"])));
    expect(done.filter((turn) => turn === "waiting").length).toBeGreaterThan(20);
    await Promise.all(flood);
  });

  test("more than ten concurrent attempts of one source are refused, and another source is not", async () => {
    const mine = Array.from({ length: 20 }, () => isRight(null, "x"));
    expect(mine.filter((turn) => turn === null)).toHaveLength(10);
    expect(hashingTurn(stranger(1), (hasher) => hasher.verify(null, "x"))).not.toBeNull();
    await Promise.all(mine);
  });
});

test("at most two run at a time in a process, although Next loads the module for pages and again for routes", async () => {
  vi.resetModules();
  const other = await import("@/lib/platform/crypto/password");
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const running = ["a", "b"].map((subject) => hashingTurn({ lane: "logged-in", subject }, () => over));
  const begun = vi.fn(async () => undefined);
  const third = other.hashingTurn({ lane: "strangers", subject: "c" }, begun);
  expect(begun).not.toHaveBeenCalled();
  end();
  await Promise.all([...running, third]);
  expect(begun).toHaveBeenCalledOnce();
});
