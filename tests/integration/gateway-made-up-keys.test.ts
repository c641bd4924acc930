import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../kit/gateway";
import { insertKey, letters, type StoredKey } from "../kit/gateway-keys";
import { codeOf, whoami } from "../kit/gateway-requests";

let gateway: TestGateway;
let key: StoredKey;

beforeAll(async () => {
  gateway = await gatewayHere({ trustedProxies: ["127.0.0.1"] });
  key = await insertKey();
});
afterAll(() => gateway.stop());

const from = (address: string, credentials = { key: letters(32), secret: "unknown" }) =>
  whoami(gateway, credentials, { "X-Forwarded-For": address });

/** Made-up keys from one source, until it is limited. */
async function flood(address: string): Promise<string[]> {
  const codes = [];
  for (let batch = 0; batch < 12; batch++)
    codes.push(...(await Promise.all(Array.from({ length: 50 }, async () => codeOf(await from(address))))));
  return codes;
}

describe("a stream of made-up keys", () => {
  test("is limited by source with 429, and says when to come again", async () => {
    const codes = await flood("198.51.100.7");
    expect(new Set(codes)).toEqual(new Set(["403 bad_header_key", "429 too_many_requests"]));
    expect(codes.slice(0, 200)).not.toContain("429 too_many_requests");
    const limited = await Promise.all(Array.from({ length: 60 }, () => from("198.51.100.7")));
    const refused = limited.find(({ status }) => status === 429);
    expect(refused?.body).toBe('{"error":"Too many requests","code":"too_many_requests"}');
    expect(refused?.headers["retry-after"]).toBe("1");
  });

  test("limits no other source, and an IPv6 source by its network", async () => {
    await flood("2001:db8:0:7::1");
    const neighbours = await Promise.all(Array.from({ length: 60 }, (_, index) => from(`2001:db8:0:7::${(index + 2).toString(16)}`)));
    expect(neighbours.map(codeOf)).toContain("429 too_many_requests");
    for (const other of ["2001:db8:0:8::1", "203.0.113.9"]) expect(codeOf(await from(other))).toBe("403 bad_header_key");
  });

  test("never touches a client whose key is cached, from the same source", async () => {
    expect(codeOf(await from("192.0.2.44", key))).toBe("200 accepted");
    const [codes] = await Promise.all([
      flood("192.0.2.44"),
      (async () => {
        for (let count = 0; count < 100; count++) expect(codeOf(await from("192.0.2.44", key))).toBe("200 accepted");
      })(),
    ]);
    expect(codes).toContain("429 too_many_requests");
  });
});
