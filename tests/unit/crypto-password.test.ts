import * as argon2 from "@node-rs/argon2";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { hashPassword, verifyPassword } from "@/lib/crypto/password";
import { Refused } from "@/lib/result";

vi.mock("@node-rs/argon2", { spy: true });
beforeEach(() => vi.clearAllMocks());

describe("passwords", () => {
  test("are kept as argon2id with at least OWASP's memory and passes, and a salt of their own", async () => {
    const [one, two] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
    expect(argon2.parseOptions(one)).toMatchObject({ algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    expect(one).not.toBe(two);
    expect(await verifyPassword(one, "correct horse")).toBe(true);
  });

  test.each(["correct hors", "correct horse ", "Correct horse", "", "correct horse\0"])(
    "%j is refused where another was set",
    async (typed) => {
      expect(await verifyPassword(await hashPassword("correct horse"), typed)).toBe(false);
    },
  );

  test("the 73rd character counts: a long password is not cut", async () => {
    const long = "x".repeat(100);
    expect(await verifyPassword(await hashPassword(long), `${long.slice(0, 99)}y`)).toBe(false);
  });

  test("a user who does not exist is refused at the cost of one who does", async () => {
    const hash = await hashPassword("correct horse");
    vi.clearAllMocks();
    await verifyPassword(hash, "wrong");
    await verifyPassword(null, "wrong");
    const [real, nobody] = vi.mocked(argon2.verify).mock.calls.map(([stored]) => argon2.parseOptions(stored));
    expect(argon2.verify).toHaveBeenCalledTimes(2);
    expect({ ...nobody, saltLen: 0 }).toEqual({ ...real, saltLen: 0 });
  });

  test("nobody's password is refused even when the verification says it is right", async () => {
    vi.mocked(argon2.verify).mockResolvedValueOnce(true);
    expect(await verifyPassword(null, "guessed")).toBe(false);
  });

  test("a burst is refused past the queue instead of starving everything else", async () => {
    const settled = await Promise.allSettled(Array.from({ length: 60 }, () => verifyPassword(null, "x")));
    const refused = settled.filter(({ status }) => status === "rejected").map((each) => (each as PromiseRejectedResult).reason);
    expect(refused).toHaveLength(60 - 42);
    expect(refused.every((error) => error instanceof Refused && error.refusal.code === "passwords_busy")).toBe(true);
  });
});
