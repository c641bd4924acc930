import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { asOwner, insertKey, randomLetters, type StoredKey } from "../../kit/gateway/gateway-keys";
import { codeOf, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { metricOf } from "../../kit/gateway/metrics";
import { sendUnknownKeys } from "../../kit/gateway/unknown-keys";
import { until } from "../../kit/until";

const ACCEPTED = "200 accepted";
const UNKNOWN = "403 bad_header_key";
const LIMITED = "429 too_many_requests";
const FLOOD = 500;

let gateway: TestGateway;
let key: StoredKey;
let cold: StoredKey[];

beforeAll(async () => {
  cold = await Promise.all(Array.from({ length: 100 }, () => insertKey()));
  gateway = await gatewayHere({ trustedProxies: ["127.0.0.1"], metrics: true });
  key = await insertKey();
  await knowsActiveKeys();
});

/** Waits until the gateway knows which keys are active. Until then it limits nobody. */
const knowsActiveKeys = () =>
  until("the gateway knows which keys are active", async () => {
    const [row] = await asOwner<{ count: number }>("SELECT count(*)::int FROM api_keys WHERE status = 'active'");
    return (await metricOf(gateway, "active_keys")) === row?.count;
  });
afterAll(() => gateway.stop());

const from = (address: string, credentials = { key: randomLetters(32), secret: "unknown" }) =>
  whoami(gateway, credentials, { "X-Forwarded-For": address });

/** Networks that nothing else in this file uses. */
let networks = 0;
const newNetwork = () => `2001:db8:${(++networks).toString(16)}`;

/**
 * Sends more made-up keys from a new network than its limit allows, then one from each of the
 * other sources. Returns the replies in this order.
 */
const flood = (others: (network: string) => string[] = () => []) =>
  retryWithoutLease(
    async () => {
      const network = newNetwork();
      const sources = [...Array<string>(FLOOD).fill(`${network}::1`), ...others(network)];
      return { network, replies: await sendUnknownKeys(gateway.port, sources) };
    },
    ({ replies }) => replies.some(({ status }) => status === 503),
  );

describe("a stream of made-up keys", () => {
  test("is limited by source with 429, and says when to retry", async () => {
    const { replies } = await flood();
    const codes = replies.map(codeOf);
    expect(new Set(codes)).toEqual(new Set([UNKNOWN, LIMITED]));
    expect(codes.slice(0, 200)).not.toContain(LIMITED);
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.body).toBe('{"error":"Too many requests","code":"too_many_requests"}');
    expect(refused?.headers["retry-after"]).toBe("1");
  });

  test("limits no other source, and an IPv6 source by its network", async () => {
    const { replies } = await flood((network) => [
      ...Array<string>(20).fill(`${network}::2`),
      `${newNetwork()}::1`,
      "203.0.113.9",
    ]);
    const codes = replies.slice(FLOOD).map(codeOf);
    expect(codes.slice(0, 20)).toContain(LIMITED);
    expect(codes.slice(20)).toEqual([UNKNOWN, UNKNOWN]);
  });

  test("does not include a key whose secret does not open: it uses none of its source's look-ups, and is counted separately", async () => {
    const unopened = await insertKey({ sealedFor: "00000000-0000-4000-8000-000000000000" });
    const counted = () => metricOf(gateway, "requests_total", { outcome: "secret_not_opened" });
    const [network, before] = [newNetwork(), await counted()];
    for (let n = 0; n < 250; n++)
      expect((await whoamiOnce(gateway, unopened, { "X-Forwarded-For": `${network}::1` })).status).toBe(503);
    expect(await counted()).toBeGreaterThan(before + 200);
    const codes = (await sendUnknownKeys(gateway.port, Array<string>(150).fill(`${network}::1`))).map(codeOf);
    expect(codes).not.toContain(LIMITED);
  });

  test("does not affect a client whose key is cached, from the same source", async () => {
    const forgotten = async () => (await metricOf(gateway, "cache_entries", { kind: "known" })) === 0;
    // If the lease ran out meanwhile, the key is no longer cached, and the source is limited like
    // any other.
    const touched = await retryWithoutLease(
      async () => {
        const { network } = await flood();
        const address = `${network}::1`;
        const codes = [codeOf(await from(address, key))];
        const [flooded] = await Promise.all([
          sendUnknownKeys(gateway.port, Array<string>(FLOOD).fill(address)),
          (async () => {
            while (codes.length < 50) codes.push(codeOf(await from(address, key)));
          })(),
        ]);
        return { flooded: flooded.map(codeOf), codes, forgotten: codes.includes(LIMITED) && (await forgotten()) };
      },
      ({ forgotten }) => forgotten,
    );
    expect(touched.flooded).toContain(LIMITED);
    expect(new Set(touched.codes)).toEqual(new Set([ACCEPTED]));
  });

  test("uses no look-ups of the active keys behind the same address, though none of them is cached yet", async () => {
    const served = async (keys: StoredKey[]) => {
      const { network, replies } = await flood();
      const flooding = sendUnknownKeys(gateway.port, Array<string>(FLOOD).fill(`${network}::1`));
      const codes = await Promise.all(keys.map(async (each) => codeOf(await from(`${network}::1`, each))));
      return [replies, await flooding, codes.filter((code) => code === ACCEPTED).length] as const;
    };
    const [before, meanwhile, accepted] = await served(cold);
    expect(before.map(codeOf)).toContain(LIMITED);
    expect(meanwhile.map(codeOf)).toContain(LIMITED);
    expect(accepted).toBe(100);
    const news = await Promise.all(Array.from({ length: 10 }, () => insertKey()));
    await knowsActiveKeys();
    expect((await served(news))[2]).toBe(10);
  });
});
