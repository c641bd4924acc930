import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { acknowledgementsOf, type Change } from "@/lib/api-keys/propagation/acknowledgements";
import { waitForPropagation } from "@/lib/api-keys/propagation/propagation";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { retireAnyKey } from "@/lib/support/operator/retire-key";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { codeOf, whoami } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import {
  deactivatedKey,
  deactivatedWithoutNotice,
  isAcknowledged,
  retryUntilAcknowledged,
  silentGateway,
} from "../../kit/gateway/propagation";
import { asDatabaseOwner, freshProof, ownerWithActiveKey, storedKey, unwrap } from "../../kit/people/api-keys";
import type { Owner } from "../../kit/people/people";

const LONG = { timeout: 60_000 };
const url = process.env.GATEWAY_DATABASE_URL as string;

describe("a deactivation", () => {
  let fleet: TestGateway[];
  beforeAll(async () => {
    fleet = await Promise.all(["one", "two", "three"].map((name) => gatewayHere({ name })));
  });
  afterAll(() => Promise.all(fleet.map((gateway) => gateway.stop())));

  test("returns once every gateway has acknowledged it, and its event names each with its time", async () => {
    const { id, propagation } = await retryUntilAcknowledged(deactivatedKey);
    const gateways = ["one", "three", "two"].map((name) => ({ name, ms: expect.any(Number) }));
    expect(propagation).toEqual({ endedBy: "gateways", gateways });
    const [event] = await asDatabaseOwner(
      "SELECT data FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.refused_everywhere'",
      [id],
    );
    expect(event?.data).toMatchObject({ ...propagation, status: "inactive" });
  });

  test("that returned so is refused by each of them", async () => {
    const { owner, key } = await ownerWithActiveKey();
    const pair = { ...key, key: (await storedKey(key.id)).key };
    for (const gateway of fleet) expect(codeOf(await whoami(gateway, pair))).toBe("200 accepted");
    unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner)));
    for (const gateway of fleet) expect(codeOf(await whoami(gateway, pair))).toBe("403 bad_header_key");
  });

  test.each<[string, (owner: Owner, keyId: string) => Promise<unknown>]>([
    [
      "a narrower list of addresses",
      (owner, keyId) => editIps(owner.member, { keyId, allowedIps: ["198.51.99.7"] }, freshProof(owner)),
    ],
    ["an operator's retirement", ({ merchantId }, keyId) => retireAnyKey("root", { keyId, merchantId }, "compromised")],
  ])(
    "is not the only one: %s returns before the fixed wait is over, and with a silent row it does not",
    async (_, change) => {
      const waits = async () => {
        const { owner, key } = await ownerWithActiveKey();
        const began = performance.now();
        expect(await change(owner, key.id)).toMatchObject({ ok: true });
        return performance.now() - began;
      };
      expect(await retryWithoutLease(waits, (ms) => ms >= PROPAGATION_WAIT_MS, 20)).toBeLessThan(PROPAGATION_WAIT_MS);
      await silentGateway();
      expect(await waits()).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
    },
  );

  test("waits in full if one row has not acknowledged it, and says which", async () => {
    await silentGateway();
    const began = performance.now();
    const { propagation } = await deactivatedKey();
    expect(performance.now() - began).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
    expect(propagation?.endedBy).toBe("time");
    expect(propagation?.gateways.find(({ name }) => name === "silent")).toEqual({ name: "silent", ms: null });
  });

  test("is not acknowledged by a snapshot from beyond this server's transactions, which a copy of the table contained", async () => {
    const { id } = await silentGateway("copied");
    await asDatabaseOwner("UPDATE gateways SET applied = '9000000000:9000000000:' WHERE id = $1", [id]);
    const change = await deactivatedWithoutNotice();
    const of = async () => (await acknowledgementsOf(change))?.find((each) => each.id === id)?.given;
    expect(await of()).toBe(false);
    expect((await waitForPropagation(change)).endedBy).toBe("time");
  });

  test("is no longer delayed by a row that was deleted while it waited", async () => {
    await retryUntilAcknowledged(async () => {
      const silent = await silentGateway();
      const waiting = deactivatedWithoutNotice().then(waitForPropagation);
      await silent.remove();
      return { propagation: await waiting };
    });
  });

  test("whose notification is lost is acknowledged by ordinary renewals", async () => {
    await retryUntilAcknowledged(async () => ({
      propagation: await waitForPropagation(await deactivatedWithoutNotice()),
    }));
  });

  test("waits in full for a gateway whose row somebody deleted", async () => {
    const change = await deactivatedWithoutNotice();
    await expect.poll(() => isAcknowledged(change), LONG).toBe(true);
    const rowless = new URL(url);
    rowless.searchParams.set("application_name", "countersign-gateway:11111111-1111-4111-8111-111111111111");
    const client = new pg.Client({ connectionString: rowless.href });
    await client.connect();
    expect(await acknowledgementsOf(change)).toBeNull();
    expect((await waitForPropagation(change)).endedBy).toBe("time");
    await client.end();
    await expect.poll(() => isAcknowledged(change), LONG).toBe(true);
  });

  test.each<[string, (change: Change) => Change]>([
    ["another transaction's change of the key", (change) => ({ ...change, xid: String(BigInt(change.xid) - 1n) })],
    ["the key as it was before", (change) => ({ ...change, status: "retired" })],
    ["the key with other addresses", (change) => ({ ...change, allowedIps: ["198.51.99.7"] })],
    ["another deactivation of the key", (change) => ({ ...change, since: "2026-01-01 00:00:00+00" })],
    ["no such key", (change) => ({ ...change, keyId: "00000000-0000-4000-8000-000000000000" })],
  ])("does not count as acknowledged on a connection that shows %s", async (_, shown) => {
    const change = await deactivatedWithoutNotice();
    await expect.poll(() => isAcknowledged(change), LONG).toBe(true);
    expect(await acknowledgementsOf(shown(change))).toBeNull();
    expect(await waitForPropagation(shown(change))).toEqual({ endedBy: "time", gateways: [] });
  });
});
