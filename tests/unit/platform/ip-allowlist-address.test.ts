import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalAddress, formatAddress, parseAddress, parseLiteral } from "@/lib/platform/ip-allowlist/address";

const nearlyAnAddress = fc.string({
  unit: fc.constantFrom(..."0123456789abcfF:::...%/x \0\n[]"),
  maxLength: 46,
});
const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });

describe("reading an address", () => {
  test("agrees with node:net on every text without a zone id", () => {
    const texts = fc.oneof(
      nearlyAnAddress,
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4Extended(),
      fc.tuple(fc.ipV6(), nearlyAnAddress).map(([a, b]) => a + b),
    );
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(!text.includes("%"));
        expect(parseLiteral(text)?.family ?? 0).toBe(isIP(text));
      }),
      { numRuns: 4_000 },
    );
  });

  test("has the value that independent arithmetic gives", () => {
    const view = new DataView(new ArrayBuffer(16));
    fc.assert(
      fc.property(groups, (values) => {
        values.forEach((value, index) => {
          view.setUint16(index * 2, value);
        });
        const expected = (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
        expect(parseLiteral(values.map((value) => value.toString(16)).join(":"))).toEqual({
          family: 6,
          value: expected,
        });
      }),
    );
    expect(parseLiteral("1.2.3.4")?.value).toBe(16_909_060n);
    expect(parseLiteral("255.255.255.255")?.value).toBe(4_294_967_295n);
  });

  test("is unchanged when read from its canonical form", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseLiteral(text);
        if (!address) throw new Error(text);
        expect(parseLiteral(formatAddress(address))).toEqual(address);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is written as the URL standard writes it", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = parseLiteral(text);
        if (!address) throw new Error(text);
        expect(`[${formatAddress(address)}]`).toBe(new URL(`http://[${text}]`).hostname);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:3:0:0:4", "1::2:3:0:0:4"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ])("%s is written %s", (text, canonical) => {
    const address = parseLiteral(text);
    expect(address && formatAddress(address)).toBe(canonical);
  });

  test.each(["::ffff:192.0.2.1", "::FFFF:c000:0201", "0:0:0:0:0:ffff:192.0.2.1"])(
    "mapped %s is the IPv4 address it carries",
    (text) => {
      expect(parseAddress(text)).toEqual(parseAddress("192.0.2.1"));
    },
  );

  test("has one canonical form, however it was written", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), nearlyAnAddress), (text) => {
        const address = parseAddress(text);
        expect(canonicalAddress(text)).toBe(address && formatAddress(address));
        if (address?.family === 4)
          expect(canonicalAddress(`::ffff:${formatAddress(address)}`)).toBe(formatAddress(address));
      }),
    );
  });

  test.each(["::192.0.2.1", "64:ff9b::192.0.2.1", "::ffff:0:192.0.2.1", "2002:c000:201::"])(
    "%s is not taken for an IPv4 address",
    (text) => {
      expect(parseAddress(text)?.family).toBe(6);
    },
  );
});

describe("refused as an address", () => {
  test.each([
    ["an empty text", ""],
    ["a leading zero, octal to some readers", "010.0.0.1"],
    ["a leading zero in a mapped address", "::ffff:010.0.0.1"],
    ["three parts", "10.0.1"],
    ["one number", "167772161"],
    ["hexadecimal", "0x0a000001"],
    ["an octet over 255", "198.51.100.300"],
    ["a NUL byte after a good address", "192.0.2.1\0"],
    ["a NUL byte before a second one", "192.0.2.1\x0192.0.2.2"],
    ["a line break at the end", "192.0.2.1\n"],
    ["a blank", " 192.0.2.1"],
    ["a zone id", "fe80::1%eth0"],
    ["a zone id that is a number", "fe80::1%1"],
    ["brackets", "[2001:db8::1]"],
    ["a port", "192.0.2.1:443"],
    ["two runs of zeros", "1::2::3"],
    ["nine groups", "1:2:3:4:5:6:7:8:9"],
    ["a run of zeros that stands for none", "1:2:3:4::5:6:7:8"],
    ["a lone colon at the end", "1:2:3:4:5:6:7:"],
    ["five digits in a group", "2001:db8::00001"],
    ["a full stop in the middle", "2001:192.0.2.1:db8::"],
    ["full-width digits", "１92.0.2.1"],
  ])("%s", (_, text) => {
    expect(parseAddress(text)).toBeNull();
  });

  test("a very long text, at once", () => {
    expect(parseAddress(`${"0".repeat(1_000_000)}1.2.3.4`)).toBeNull();
  });
});
