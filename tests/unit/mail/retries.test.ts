import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secondsUntilNext } from "@/lib/mail/retries";

describe("the time until the next try", () => {
  test("doubles from a few seconds, and is never longer than an hour", () => {
    const longest = [1, 2, 3, 4, 10, 11, 500].map((attempts) => secondsUntilNext(attempts, () => 1));
    expect(longest).toEqual([5, 10, 20, 40, 2560, 3600, 3600]);
  });

  test("is spread randomly over its last half, so that mails that failed together are not retried together", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (attempts, chance) => {
          const [least, most] = [secondsUntilNext(attempts, () => 0), secondsUntilNext(attempts, () => 1)];
          const seconds = secondsUntilNext(attempts, () => chance);
          return least === most / 2 && seconds >= least && seconds <= most;
        },
      ),
    );
  });
});
