import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sourceAddress, trustedProxies, whyUnreadable } from "@/lib/http/client-address";

const nobody = trustedProxies([]);
const proxies = trustedProxies(["10.0.0.0/8", "192.0.2.10", "fd00::/8"]);

describe("the source address", () => {
  test.each([
    ["198.51.100.7", "198.51.100.7"],
    ["::ffff:198.51.100.7", "198.51.100.7"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
  ])("of a peer %s is %s", (peer, source) => {
    expect(sourceAddress(peer, [], nobody)).toBe(source);
  });

  test("behind a trusted proxy is the address that the proxy saw", () => {
    expect(sourceAddress("10.0.0.1", ["198.51.100.7"], proxies)).toBe("198.51.100.7");
    expect(sourceAddress("::ffff:10.0.0.1", ["2001:db8::1"], proxies)).toBe("2001:db8::1");
  });

  test("behind several trusted proxies is the right-most address that is none of them", () => {
    expect(sourceAddress("10.0.0.1", ["198.51.100.7, 192.0.2.10,10.9.9.9"], proxies)).toBe("198.51.100.7");
    expect(sourceAddress("10.0.0.1", ["198.51.100.7", "192.0.2.10", "fd00::1"], proxies)).toBe("198.51.100.7");
  });

  test.each([
    ["198.51.100.7:4711", "198.51.100.7"],
    ["[2001:DB8::1]", "2001:db8::1"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ['"198.51.100.7"', "198.51.100.7"],
    ['"198.51.100.7:80"', "198.51.100.7"],
    ['"[2001:db8::1]:443"', "2001:db8::1"],
    ['"[::ffff:198.51.100.7]"', "198.51.100.7"],
  ])("written by a proxy as %s is %s, at any position", (written, address) => {
    expect(sourceAddress("10.0.0.1", [written], proxies)).toBe(address);
    expect(sourceAddress("10.0.0.1", [`203.0.113.1, ${written} , "10.1.1.1:80"`, "[fd00::1]:9"], proxies)).toBe(
      address,
    );
  });

  test("of a request that a proxy makes for itself is the proxy's", () => {
    expect(sourceAddress("10.0.0.1", [], proxies)).toBe("10.0.0.1");
    expect(sourceAddress("10.0.0.1", ["10.0.0.2, 10.0.0.3"], proxies)).toBe("10.0.0.2");
  });
});

describe("refused as a source address", () => {
  test("X-Forwarded-For from a peer that is not a trusted proxy", () => {
    for (const trusted of [nobody, proxies])
      expect(sourceAddress("203.0.113.9", ["198.51.100.7"], trusted)).toBe("203.0.113.9");
  });

  test("anything to the left of what a trusted proxy saw, whatever a client wrote there", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { maxLength: 5 }), (claims) => {
        expect(sourceAddress("10.0.0.1", [...claims, "198.51.100.7, 10.1.1.1"], proxies)).toBe("198.51.100.7");
      }),
    );
  });

  test.each([
    ...[
      "",
      "unknown",
      "198.51.100.07",
      "198.51.100.7\0",
      "_hidden",
      "fe80::1%eth0",
      "198.51.100.7:",
      "198.51.100.7:http",
      "198.51.100.7:123456",
    ],
    ...[
      "[]",
      "[]:1",
      "[2001:db8::1",
      "2001:db8::1]",
      "[2001:db8::1]x",
      "[2001:db8::1]:",
      "[198.51.100.7]",
      "[_hidden:1]",
      "2001:db8::1:80:x",
    ],
    ...[
      '"',
      '""',
      '"198.51.100.7',
      '198.51.100.7"',
      '""198.51.100.7""',
      "'198.51.100.7'",
      '"198.51.100.7":80',
      "for=198.51.100.7",
    ],
  ])("%j as what a proxy saw, and nothing further left is used instead", (hop) => {
    expect(sourceAddress("10.0.0.1", [`198.51.100.7, ${hop}`], proxies)).toBeNull();
  });

  test.each<[string, string[], string]>([
    ["10.0.0.1", ["198.51.100.7, hidden, 10.0.0.2"], "X-Forwarded-For: entry 2 of 3 is no address"],
    ["10.0.0.1", ["198.51.100.7,", "10.0.0.2"], "X-Forwarded-For: entry 2 of 3 is empty"],
    ["/tmp/socket", ["198.51.100.7"], "the connection's peer has no address"],
  ])("what cannot be read, with a reason that contains none of it (%#)", (peer, header, reason) => {
    expect(sourceAddress(peer, header, proxies)).toBeNull();
    expect(whyUnreadable(peer, header, proxies)).toBe(reason);
  });

  test("a peer that cannot be read", () => {
    for (const peer of ["", "unknown", "/tmp/socket"])
      expect(sourceAddress(peer, ["198.51.100.7"], proxies)).toBeNull();
  });

  test("a proxy, however many there are", () => {
    const many = trustedProxies(Array.from({ length: 300 }, (_, index) => `10.0.${index % 256}.${index >> 8}`));
    expect(sourceAddress("10.0.43.1", ["198.51.100.7"], many)).toBe("198.51.100.7");
  });

  test("invalid TRUSTED_PROXIES: the gateway does not start", () => {
    for (const entry of ["localhost", "10.0.0.1/8", "any", "0.0.0.0/33"])
      expect(() => trustedProxies([entry])).toThrow("TRUSTED_PROXIES");
  });

  test("any peer as a proxy, when none is configured", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (peer) => {
        expect(nobody.allows(peer)).toBe(false);
      }),
    );
  });
});
