import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALLOWLIST_LIMIT, parseAllowlist } from "@/lib/ip-allowlist/parse";
import { describe as sentence } from "@/lib/refusals";

const strict = (text: string | string[]) => parseAllowlist(text, { allowPrivate: false });
const lenient = (text: string | string[]) => parseAllowlist(text, { allowPrivate: true });

describe("an allowlist", () => {
  test.each([
    "8.8.8.8,1.1.1.1",
    "8.8.8.8 1.1.1.1",
    "8.8.8.8;1.1.1.1",
    "8.8.8.8\r\n1.1.1.1",
    "\t8.8.8.8 ,; \n1.1.1.1,",
    "8.8.8.8\u00a01.1.1.1",
  ])("splits %j", (text) => {
    expect(strict(text)).toEqual({ entries: ["8.8.8.8", "1.1.1.1"], refusals: [] });
  });

  test("takes several texts, each of which may hold several entries", () => {
    expect(strict(["8.8.8.8", "1.1.1.1, 9.9.9.9"]).entries).toEqual(["8.8.8.8", "1.1.1.1", "9.9.9.9"]);
  });

  test.each(["", "  ", ",;\n", []])("%j is empty, and nothing is wrong with it", (text) => {
    expect(strict(text)).toEqual({ entries: [], refusals: [] });
  });

  test.each([
    ["8.8.8.0/24", "8.8.8.0/24"],
    ["8.8.8.8/32", "8.8.8.8"],
    ["2A00:1450:0000::/32", "2a00:1450::/32"],
    ["2a00:1450:0:0::1/128", "2a00:1450::1"],
    ["::ffff:8.8.8.8", "8.8.8.8"],
    ["::ffff:808:808/128", "8.8.8.8"],
    ["::ffff:8.8.8.0/120", "8.8.8.0/24"],
  ])("keeps %s as %s", (text, canonical) => {
    expect(strict(text)).toEqual({ entries: [canonical], refusals: [] });
  });

  test("keeps one of several spellings of an address", () => {
    expect(strict("8.8.8.8 ::ffff:8.8.8.8 8.8.8.8/32 ::FFFF:0808:0808").entries).toEqual(["8.8.8.8"]);
  });

  test("reads its own canonical entries back unchanged", () => {
    const entry = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4().map((ip) => `${ip.split(".")[0]}.0.0.0/8`),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (list) => {
        const { entries, refusals } = lenient(list);
        expect(refusals).toEqual([]);
        expect(lenient(entries)).toEqual({ entries, refusals: [] });
      }),
    );
  });

  test("takes private addresses where the installation allows them", () => {
    expect(lenient("10.0.0.5 127.0.0.1 ::1 fd00::/8 203.0.113.0/24 0.0.0.0/0").refusals).toEqual([]);
  });

  test("takes fifty entries", () => {
    const fifty = Array.from({ length: 50 }, (_, index) => `8.8.8.${index}`);
    expect(strict([...fifty, "8.8.8.1"])).toEqual({ entries: fifty, refusals: [] });
  });
});

describe("refused in an allowlist", () => {
  test.each([
    "8.8.8.300",
    "010.0.0.1",
    "fe80::1%eth0",
    "example.com",
    "8.8.8.8:443",
    "[2a00::1]",
    "8.8.8",
    "8.8.8.8-9",
    "8.8.8.*",
    "8.8.8.8\0",
  ])("%j, which is no address", (entry) => {
    expect(strict(entry).refusals).toEqual([{ code: "ip_malformed", entry }]);
    expect(lenient(entry)).toEqual({ entries: [], refusals: [{ code: "ip_malformed", entry }] });
  });

  test.each([
    "8.8.8.8/",
    "8.8.8.8/33",
    "2a00::/129",
    "8.0.0.0/08",
    "8.0.0.0/+8",
    "8.0.0.0/-1",
    "8.0.0.0/8/8",
    "8.0.0.0/8.0",
    "8.0.0.0/1e1",
    "/8",
  ])("%s, whose prefix is no prefix", (entry) => {
    expect(lenient(entry).refusals).toEqual([{ code: "ip_malformed", entry }]);
  });

  test.each([
    ["8.8.8.8/24", "8.8.8.0/24"],
    ["8.8.8.8/0", "0.0.0.0/0"],
    ["2a00::1/64", "2a00::/64"],
    ["::ffff:8.8.8.8/120", "8.8.8.0/24"],
    ["8.8.8.9/31", "8.8.8.8/31"],
  ])("%s, whose host bits are set, naming %s", (entry, network) => {
    expect(lenient(entry)).toEqual({ entries: [], refusals: [{ code: "ip_host_bits", entry, network }] });
  });

  test.each(["10.0.0.5", "172.16.0.0/12", "172.31.255.255", "192.168.1.1", "fd12:3456::1", "::ffff:10.0.0.5", "10.1.0.0/16"])(
    "private %s",
    (entry) => {
      expect(strict(entry)).toEqual({ entries: [], refusals: [{ code: "ip_private", entry }] });
    },
  );

  test.each([
    ["127.0.0.1", "loopback"],
    ["::1", "loopback"],
    ["0.0.0.0", "local use"],
    ["100.64.1.1", "carriers' own networks"],
    ["169.254.169.254", "link-local addresses"],
    ["fe80::1", "link-local addresses"],
    ["203.0.113.7", "documentation"],
    ["2001:db8::1", "documentation"],
    ["224.0.0.1", "multicast"],
    ["ff02::1", "multicast"],
    ["255.255.255.255", "future use"],
    ["64:ff9b::8.8.8.8", "special uses"],
    ["5f00::1", "future use"],
    ["2002:808:808::1", "retired relays"],
  ])("%s, reserved for %s", (entry, use) => {
    expect(strict(entry)).toEqual({ entries: [], refusals: [{ code: "ip_reserved", entry, use }] });
  });

  test.each([
    ["0.0.0.0/0", "0.0.0.0/8"],
    ["8.0.0.0/5", "10.0.0.0/8"],
    ["2000::/3", "2001:db8::/32"],
    ["2001::/16", "2001:db8::/32"],
  ])("%s, which takes in %s", (entry, network) => {
    expect(strict(entry).refusals).toEqual([{ code: "ip_covers_private", entry, network }]);
  });

  test("the fifty-first entry", () => {
    const many = Array.from({ length: ALLOWLIST_LIMIT + 1 }, (_, index) => `8.8.8.${index}`);
    expect(strict(many).refusals).toEqual([{ code: "ip_too_many", limit: 50 }]);
  });

  test("each wrong entry by itself, while the right ones are kept", () => {
    expect(strict("8.8.8.8, 10.0.0.5, nonsense")).toEqual({
      entries: ["8.8.8.8"],
      refusals: [
        { code: "ip_private", entry: "10.0.0.5" },
        { code: "ip_malformed", entry: "nonsense" },
      ],
    });
  });

  test("in sentences that name the entry and say what to do", () => {
    const [first, second, third] = strict("10.0.0.5 203.0.113.7 0.0.0.0/0").refusals.map(sentence);
    expect(first).toBe("10.0.0.5 is a private address. Enter the public address your requests come from.");
    expect(second).toBe("203.0.113.7 is reserved for documentation. Enter the public address your requests come from.");
    expect(third).toBe("0.0.0.0/0 takes in 0.0.0.0/8, which is not public. Enter smaller networks.");
  });
});
