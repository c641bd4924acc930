import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileAllowlist } from "@/lib/platform/ip-allowlist/match";
import { ALLOWLIST_LIMIT, parseAllowlist } from "@/lib/platform/ip-allowlist/parse";
import { describe as sentence } from "@/lib/words/refusals/refusals";

const strict = (text: string | string[]) => parseAllowlist(text, { allowPrivate: false });
const lenient = (text: string | string[]) => parseAllowlist(text, { allowPrivate: true });

describe("an allowlist", () => {
  test.each([
    "8.8.8.8,1.1.1.1",
    "8.8.8.8 1.1.1.1",
    "8.8.8.8;1.1.1.1",
    "8.8.8.8\r\n1.1.1.1",
    "\t8.8.8.8 ,; \n1.1.1.1,",
    "\u200b8.8.8.8\u200e,\ufeff1.1.1.1",
    "(8.8.8.8), '1.1.1.1'.",
    '"8.8.8.8","1.1.1.1"',
    "“8.8.8.8” „1.1.1.1“",
    "8.8.8.8:443 1.1.1.1:8080",
    "8.8.8.8\u00a01.1.1.1",
  ])("splits %j", (text) => {
    expect(strict(text)).toEqual({ entries: ["8.8.8.8", "1.1.1.1"], refusals: [] });
  });

  test("accepts several texts, each of which can contain several entries", () => {
    expect(strict(["8.8.8.8", "1.1.1.1, 9.9.9.9"]).entries).toEqual(["8.8.8.8", "1.1.1.1", "9.9.9.9"]);
  });

  test.each(["", "  ", ",;\n", []])("%j is empty and valid", (text) => {
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
    ["[2a00::1]", "2a00::1"],
    ["[2a00::1]:443", "2a00::1"],
    ["8.8.8.0/255.255.255.0", "8.8.8.0/24"],
    ["8.8.8.8/255.255.255.255", "8.8.8.8"],
    ["8.8.8.*", "8.8.8.0/24"],
    ["8.8.*.*", "8.8.0.0/16"],
    ["8.8.8.0-8.8.8.255", "8.8.8.0/24"],
    ["8.8.8.0 - 8.8.8.127", "8.8.8.0/25"],
    ["8.8.8.0–8.8.8.1", "8.8.8.0/31"],
    ["8.8.8.8-8", "8.8.8.8"],
    ["2a00::-2a00::f", "2a00::/124"],
    ["::ffff:8.8.8.8-8.8.8.9", "8.8.8.8/31"],
  ])("keeps %s as %s", (text, canonical) => {
    expect(strict(text)).toEqual({ entries: [canonical], refusals: [] });
  });

  test("keeps one of several spellings of an address", () => {
    expect(strict("8.8.8.8 ::ffff:8.8.8.8 8.8.8.8/32 ::FFFF:0808:0808").entries).toEqual(["8.8.8.8"]);
  });

  test("keeps a range as the fewest networks that are exactly it", () => {
    expect(strict("8.8.8.1-8.8.8.6").entries).toEqual(["8.8.8.1", "8.8.8.2/31", "8.8.8.4/31", "8.8.8.6"]);
    const bounds = fc
      .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }))
      .map((pair) => pair.sort((a, b) => a - b));
    const ip = (n: number) => `8.8.${n >> 8}.${n & 255}`;
    fc.assert(
      fc.property(bounds, ([from = 0, to = 0]) => {
        const { allows } = compileAllowlist(lenient(`${ip(from)}-${ip(to)}`).entries);
        for (let n = 0; n <= 310; n++) expect(allows(ip(n)), ip(n)).toBe(n >= from && n <= to);
      }),
      { numRuns: 50 },
    );
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

  test("accepts private addresses where the installation allows them", () => {
    expect(lenient("10.0.0.5 127.0.0.1 ::1 fd00::/8 203.0.113.0/24 0.0.0.0/0").refusals).toEqual([]);
  });

  test("accepts fifty entries", () => {
    const fifty = Array.from({ length: 50 }, (_, index) => `8.8.8.${index}`);
    expect(strict([...fifty, "8.8.8.1"])).toEqual({ entries: fifty, refusals: [] });
  });
});

describe("refused in an allowlist", () => {
  test.each([
    "8.8.8.300",
    "8.8.8",
    "8.8.8.8-300",
    "8.8.8.8-2a00::1",
    "8.8.8.8-8.8.8.9-8.8.8.10",
    "8.8.8.0/24-8.8.9.0/24",
    "8.*.8.8",
    "*",
    "*.*.*.*",
    "8.8.*",
    "8.8.8.0/255.0.255.0",
    "8.8.8.0/256.0.0.0",
    "8.8.8.0/24:443",
    "[8.8.8.8",
    "2a00::1]:443",
    "8.8.8.8:",
    "-",
    "8.8.8.8\0",
  ])("%j, which is not an address", (entry) => {
    expect(strict(entry).refusals).toEqual([{ code: "ip_malformed", entry }]);
    expect(lenient(entry)).toEqual({ entries: [], refusals: [{ code: "ip_malformed", entry }] });
  });

  test.each([
    "8.8.8.8/",
    "8.8.8.8/33",
    "2a00::/129",
    "8.0.0.0/+8",
    "8.0.0.0/-1",
    "8.0.0.0/8/8",
    "8.0.0.0/8.0",
    "8.0.0.0/1e1",
    "/8",
  ])("%s, whose prefix is invalid", (entry) => {
    expect(lenient(entry).refusals).toEqual([{ code: "ip_malformed", entry }]);
  });

  test.each([
    ["8.8.8.8/24", "8.8.8.0/24", "8.8.8.8", 256],
    ["8.8.8.8/0", "0.0.0.0/0", "8.8.8.8", 2 ** 32],
    ["2a00::1/64", "2a00::/64", "2a00::1", null],
    ["::ffff:8.8.8.8/120", "8.8.8.0/24", "::ffff:8.8.8.8", 256],
    ["8.8.8.9/31", "8.8.8.8/31", "8.8.8.9", 2],
  ])("%s, whose host bits are set, naming %s", (entry, network, address, addresses) => {
    expect(lenient(entry)).toEqual({
      entries: [],
      refusals: [{ code: "ip_host_bits", entry, network, address, addresses }],
    });
  });

  test.each([
    ["010.0.0.1", { code: "ip_leading_zeros", meant: "10.0.0.1" }],
    ["8.8.008.8/24", { code: "ip_malformed" }],
    ["8.0.0.0/08", { code: "ip_leading_zeros", meant: "8.0.0.0/8" }],
    ["8.8.008.0/24", { code: "ip_leading_zeros", meant: "8.8.8.0/24" }],
    ["fe80::1%eth0", { code: "ip_zone", meant: "fe80::1" }],
    ["example.com", { code: "ip_name" }],
    ["https://api.example.com:443/path", { code: "ip_name" }],
    ["8.8.8.9-8.8.8.8", { code: "ip_backwards" }],
  ])("%s, named for what it is", (entry, refusal) => {
    expect(lenient(entry)).toEqual({ entries: [], refusals: [{ ...refusal, entry }] });
  });

  test.each([
    ["0.0.0.0/0", 4],
    ["::/0", 6],
    ["0.0.0.0-255.255.255.255", 4],
  ])("%s, which is any address of its family", (entry, family) => {
    expect(strict(entry).refusals).toEqual([{ code: "ip_any", entry, family }]);
  });

  test.each([
    "10.0.0.5",
    "172.16.0.0/12",
    "172.31.255.255",
    "192.168.1.1",
    "fd12:3456::1",
    "::ffff:10.0.0.5",
    "10.1.0.0/16",
  ])("private %s", (entry) => {
    expect(strict(entry)).toEqual({ entries: [], refusals: [{ code: "ip_private", entry }] });
  });

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
    ["8.0.0.0/5", "10.0.0.0/8", null],
    ["2000::/3", "2001:db8::/32", "documentation"],
    ["2001::/16", "2001:db8::/32", "documentation"],
  ])("%s, which includes %s", (entry, network, use) => {
    expect(strict(entry).refusals).toEqual([{ code: "ip_covers_reserved", entry, network, use }]);
  });

  test("the fifty-first entry", () => {
    const many = Array.from({ length: ALLOWLIST_LIMIT + 1 }, (_, index) => `8.8.8.${index}`);
    expect(strict(many).refusals).toEqual([{ code: "ip_too_many", limit: 50 }]);
  });

  test("each invalid entry separately, while the valid ones are kept", () => {
    expect(strict("8.8.8.8, 10.0.0.5, nonsense")).toEqual({
      entries: ["8.8.8.8"],
      refusals: [
        { code: "ip_private", entry: "10.0.0.5" },
        { code: "ip_malformed", entry: "nonsense" },
      ],
    });
  });

  test("in sentences that name the entry and say what to do", () => {
    const said = (text: string) => strict(text).refusals.map(sentence);
    expect(said("10.0.0.5 203.0.113.7 0.0.0.0/0 10.0.0.0/7 2001::/16")).toEqual([
      "10.0.0.5 is a private address. Enter the public address your requests come from.",
      "203.0.113.7 is reserved for documentation. Enter the public address your requests come from.",
      "0.0.0.0/0 is any IPv4 address. To accept any address, leave the list empty.",
      "10.0.0.0/7 includes the private range 10.0.0.0/8. Enter smaller ranges.",
      "2001::/16 includes 2001:db8::/32, reserved for documentation. Enter smaller ranges.",
    ]);
    expect(said("203.0.113.5/8 2a00::1/64 010.0.0.1 fe80::1%eth0 example.com 8.8.8.9-8")).toEqual([
      "203.0.113.5/8 is not a range. Did you mean 203.0.0.0/8 (16,777,216 addresses) or 203.0.113.5?",
      "2a00::1/64 is not a range. Did you mean 2a00::/64 or 2a00::1?",
      "010.0.0.1 has leading zeros, which some programs read as octal numbers. Did you mean 10.0.0.1?",
      "fe80::1%eth0 names a network interface. Enter the address alone: fe80::1.",
      "example.com is a name, not an address. Enter the addresses that your requests come from.",
      "8.8.8.9-8 ends before it begins. Write the lower address first.",
    ]);
  });
});
