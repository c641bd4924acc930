import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatAddress, parseLiteral } from "@/lib/platform/ip-allowlist/address";
import { compileAllowlist } from "@/lib/platform/ip-allowlist/match";
import { removesAddresses } from "@/lib/platform/ip-allowlist/removes-addresses";

const network = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat({ max: 128 })).map(([text, bits]) => {
  const address = parseLiteral(text);
  if (!address) throw new Error(text);
  const width = address.family === 4 ? 32 : 128;
  const prefix = bits % (width + 1);
  const free = BigInt(width - prefix);
  return {
    family: address.family,
    base: formatAddress({ ...address, value: (address.value >> free) << free }),
    prefix,
    inside: text,
  };
});

describe("an address list", () => {
  test("agrees with node:net's BlockList", () => {
    fc.assert(
      fc.property(
        fc.array(network, { minLength: 1, maxLength: 5 }),
        fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { minLength: 1 }),
        (list, probes) => {
          // One list per family: in BlockList an IPv6 network that spans ::ffff:0:0/96 includes
          // IPv4
          // addresses, and in ours it does not.
          const blockLists = { 4: new BlockList(), 6: new BlockList() };
          for (const { base, prefix, family } of list) blockLists[family].addSubnet(base, prefix, `ipv${family}`);
          const compiled = compileAllowlist(list.map(({ base, prefix }) => `${base}/${prefix}`));
          for (const probe of [...probes, ...list.map(({ inside }) => inside)]) {
            const family = isIP(probe) as 4 | 6;
            expect(compiled.allows(probe)).toBe(blockLists[family].check(probe, `ipv${family}`));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("without entries accepts any address, and says so", () => {
    expect(compileAllowlist([]).ruleFor("198.51.100.7")).toBe("any");
    expect(compileAllowlist([]).ruleFor("2001:db8::1")).toBe("any");
  });

  test("names the entry that allows an address", () => {
    const list = compileAllowlist(["198.51.100.7", "203.0.113.0/24", "2001:db8::/32"]);
    expect(list.ruleFor("203.0.113.9")).toBe("203.0.113.0/24");
    expect(list.ruleFor("2001:DB8:1::1")).toBe("2001:db8::/32");
  });

  test("accepts a listed IPv4 address in its mapped form, as a dual-stack socket reports it", () => {
    expect(compileAllowlist(["198.51.100.7"]).allows("::ffff:198.51.100.7")).toBe(true);
  });
});

describe("refused by an address list", () => {
  test.each([
    "",
    "unknown",
    "198.51.100.7\0",
    "198.51.100.7 ",
    "198.51.100.07",
    "fe80::1%eth0",
    "198.51.100.7, 203.0.113.1",
  ])("%j, which is not an address, even by an empty list", (address) => {
    expect(compileAllowlist([]).allows(address)).toBe(false);
    expect(compileAllowlist(["0.0.0.0/0", "::/0"]).allows(address)).toBe(false);
  });

  test("the neighbours just outside a network", () => {
    const list = compileAllowlist(["198.51.100.64/26"]);
    expect(["198.51.100.63", "198.51.100.64", "198.51.100.127", "198.51.100.128"].map(list.allows)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test("every IPv4 address by a list of all IPv6, and vice versa", () => {
    expect(compileAllowlist(["::/0"]).allows("198.51.100.7")).toBe(false);
    expect(compileAllowlist(["::/0"]).allows("::ffff:198.51.100.7")).toBe(false);
    expect(compileAllowlist(["0.0.0.0/0"]).allows("2001:db8::1")).toBe(false);
  });

  test("an entry that is not canonical: building the list throws", () => {
    for (const entry of ["", "any", "198.51.100.7/24", "010.0.0.1"])
      expect(() => compileAllowlist([entry])).toThrow("not an allowlist entry");
  });
});

describe("narrowing", () => {
  test.each<[string, string[], string[]]>([
    ["any to one address", [], ["198.51.100.7"]],
    ["any to all of IPv4", [], ["0.0.0.0/0"]],
    ["an address removed", ["198.51.100.7", "198.51.100.8"], ["198.51.100.7"]],
    ["a network halved", ["198.51.100.0/24"], ["198.51.100.0/25"]],
    ["an address exchanged", ["198.51.100.7"], ["198.51.100.8"]],
    ["a hole in the middle", ["198.51.100.0/30"], ["198.51.100.0", "198.51.100.1", "198.51.100.3"]],
    ["the same number in the other family", ["0.0.0.7"], ["::7"]],
  ])("is %s", (_, before, after) => {
    expect(removesAddresses(before, after)).toBe(true);
  });

  test.each<[string, string[], string[]]>([
    ["the same list", ["198.51.100.7"], ["198.51.100.7"]],
    ["another order", ["198.51.100.7", "2001:db8::1"], ["2001:db8::1", "198.51.100.7"]],
    ["an address added", ["198.51.100.7"], ["198.51.100.7", "198.51.100.8"]],
    ["a list emptied", ["198.51.100.7"], []],
    ["any to any", [], []],
    ["any to both whole families", [], ["0.0.0.0/0", "::/0"]],
    ["an address replaced by its network", ["198.51.100.7"], ["198.51.100.0/24"]],
    ["a network replaced by its halves", ["198.51.100.0/24"], ["198.51.100.128/25", "198.51.100.0/25"]],
    ["a network replaced by overlapping ones", ["198.51.100.0/24"], ["198.51.100.0/24", "198.51.100.7"]],
  ])("is not %s", (_, before, after) => {
    expect(removesAddresses(before, after)).toBe(false);
  });

  test("is recognized for every address that is accepted before and refused after", () => {
    const small = fc.tuple(fc.nat({ max: 15 }), fc.constantFrom(28, 29, 30, 31, 32)).map(([host, prefix]) => {
      const free = 32 - prefix;
      return `198.51.100.${(host >> free) << free}/${prefix}`;
    });
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 1, maxLength: 6 }),
        fc.array(small, { minLength: 1, maxLength: 6 }),
        (before, after) => {
          const [was, is] = [compileAllowlist(before), compileAllowlist(after)];
          const lost = Array.from({ length: 16 }, (_, host) => `198.51.100.${host}`).some(
            (address) => was.allows(address) && !is.allows(address),
          );
          expect(removesAddresses(before, after)).toBe(lost);
        },
      ),
      { numRuns: 500 },
    );
  });
});
