import { expect, test } from "vitest";
import { notSeenWords, waysWords } from "@/lib/words/last-seen";

test("a person without a session: who never set up 2FA did not complete the first login", () => {
  expect(notSeenWords(false)).toBe("first login not completed");
  expect(notSeenWords(true)).toBe("no login in the last 30 days");
});

test("the ways to confirm say which codes are meant, and that there is no passkey", () =>
  expect([0, 1, 2].map(waysWords)).toEqual([
    "2FA codes, no passkey",
    "2FA codes and 1 passkey",
    "2FA codes and 2 passkeys",
  ]));
