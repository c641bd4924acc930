import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addTyped, endsAddress, refusalTexts, toChips } from "@/components/api-keys/ip-field/ip-entry";

describe("the entry of addresses", () => {
  test.each([
    ["commas", "93.184.215.14,198.41.0.4"],
    ["spaces", "93.184.215.14 198.41.0.4"],
    ["semicolons", "93.184.215.14;198.41.0.4"],
    ["line ends of either kind", "93.184.215.14\r\n198.41.0.4\n"],
    ["all of them at once", " ,93.184.215.14 ;, \n198.41.0.4; "],
  ])("splits a pasted list at %s", (_, pasted) => {
    expect(addTyped([], pasted, false)).toEqual(["93.184.215.14", "198.41.0.4"]);
  });

  test("takes a range as its networks, also if it was written with spaces", () => {
    expect(addTyped([], "93.184.215.0 - 93.184.215.127, 198.41.0.*", false)).toEqual([
      "93.184.215.0/25",
      "198.41.0.0/24",
    ]);
  });

  test("accepts no address that contains a separator", () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        expect(addTyped([], typed, true).some(endsAddress)).toBe(false);
      }),
    );
  });

  test("keeps an address once, in the form it is stored in", () => {
    expect(addTyped(["93.184.215.14"], "::ffff:93.184.215.14, 2606:2800:21F:0::/48", false)).toEqual([
      "93.184.215.14",
      "2606:2800:21f::/48",
    ]);
  });

  test("keeps an invalid one, as it was typed, beside valid ones", () => {
    const list = addTyped([], "93.184.215.14, 198.51.100.300", false);
    expect(toChips(list, false).map(({ text, refusal }) => [text, refusal?.code])).toEqual([
      ["93.184.215.14", undefined],
      ["198.51.100.300", "ip_malformed"],
    ]);
    expect(refusalTexts(list, false)).toEqual([
      "198.51.100.300 is not an IPv4 or IPv6 address. Correct it or remove it.",
    ]);
  });

  test("refuses a private address, unless the installation allows them", () => {
    expect(refusalTexts(["10.0.0.5"], false)).toHaveLength(1);
    expect(refusalTexts(["10.0.0.5"], true)).toEqual([]);
  });

  test("refuses the fifty-first address of a list in which each is valid", () => {
    const list = Array.from({ length: 51 }, (_, index) => `93.184.215.${index}`);
    expect(toChips(list, false).every(({ refusal }) => refusal === null)).toBe(true);
    expect(refusalTexts(list, false)).toHaveLength(1);
    expect(refusalTexts(list.slice(1), false)).toEqual([]);
  });
});
