import { expect, test } from "vitest";
import { addressesWords } from "@/lib/words/addresses";

test.each([
  [[], "any address"],
  [["203.0.112.7"], "1 address"],
  [["203.0.112.7", "2600:1f18:40::1"], "2 addresses"],
  [["198.51.99.0/28"], "1 network"],
  [["198.51.99.0/28", "2600:1f18:40::/48"], "2 networks"],
  [["203.0.112.7", "198.51.99.0/28", "203.0.112.8"], "2 addresses and 1 network"],
])("%j is %s: a network is not called an address", (list, words) => {
  expect(addressesWords(list)).toBe(words);
});
