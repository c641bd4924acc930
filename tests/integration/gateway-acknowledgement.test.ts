import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { acknowledgementsOf, type Change } from "@/lib/api-keys/acknowledgements";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { progressOf } from "@/lib/api-keys/operations";
import { waitForPropagation } from "@/lib/api-keys/propagation";
import { openDatabase } from "@/lib/gateway/database";
import { newRun } from "@/lib/gateway/run";
import { retireAnyKey } from "@/lib/operator/retire-key";
import { perform } from "@/lib/perform";
import { version } from "../../package.json";
import { asDatabaseOwner, freshProof, granted, ownerWithActiveKey, storedKey } from "../kit/api-keys";
import { type GatewayProcess, gatewayHere, gatewayProcess, type TestGateway } from "../kit/gateway";
import { asOwner, insertKey, setStatus } from "../kit/gateway-keys";
import { codeOf, whoami } from "../kit/gateway-requests";
import { makeMember, makeOwner, type Owner } from "../kit/people";
import { endedByGateways, silentGateway } from "../kit/propagation";
import { gatewayRows } from "../kit/propagation-rows";
import { inTime, renewed } from "../kit/renewals";
import { goodFacts, mintSession } from "../kit/session";
import { waitedOut } from "../kit/waited-out";

const LONG = { timeout: 60_000 };
const url = process.env.GATEWAY_DATABASE_URL as string;

/** What a deactivation of a key would wait for, committed without a word to the gateways. */
async function quietlyDeactivated(): Promise<Change> {
  const { id } = await insertKey();
  await setStatus({ id }, "inactive");
  return changeOf(id);
}

async function changeOf(id: string): Promise<Change> {
  const [change] = await asOwner<Change>(
    `SELECT id AS "keyId", changed_xid::text AS xid, status::text AS status, allowed_ips AS "allowedIps", deactivated_at::text AS since
     FROM api_keys WHERE id = $1`,
    [id],
  );
  if (!change) throw new Error("there is no such key");
  return change;
}

async function stopped() {
  const { owner, key } = await ownerWithActiveKey();
  return { id: key.id, ...granted(await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner))) };
}

const names = (rows: { name: string }[]) => rows.map(({ name }) => name);
const acknowledged = async (change: Change) => (await acknowledgementsOf(change))?.every(({ given }) => given) ?? false;

describe("a deactivation", () => {
  let fleet: TestGateway[];
  beforeAll(async () => {
    fleet = await Promise.all(["one", "two", "three"].map((name) => gatewayHere({ name })));
  });
  afterAll(() => Promise.all(fleet.map((gateway) => gateway.stop())));

  test("is answered once every gateway has acknowledged it, and its event names each with its time", async () => {
    const { id, propagation } = await endedByGateways(stopped);
    const gateways = ["one", "three", "two"].map((name) => ({ name, ms: expect.any(Number) }));
    expect(propagation).toEqual({ endedBy: "gateways", gateways });
    const [event] = await asDatabaseOwner("SELECT data FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.refused_everywhere'", [
      id,
    ]);
    expect(event?.data).toMatchObject({ ...propagation, status: "inactive" });
  });

  test("that is answered so is refused by each of them", async () => {
    const { owner, key } = await ownerWithActiveKey();
    const pair = { ...key, key: (await storedKey(key.id)).key };
    for (const gateway of fleet) expect(codeOf(await whoami(gateway, pair))).toBe("200 accepted");
    granted(await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner)));
    for (const gateway of fleet) expect(codeOf(await whoami(gateway, pair))).toBe("403 bad_header_key");
  });

  test.each<[string, (owner: Owner, keyId: string) => Promise<unknown>]>([
    ["a narrower list of addresses", (owner, keyId) => editIps(owner.member, { keyId, allowedIps: ["198.51.99.7"] }, freshProof(owner))],
    ["an operator's retirement", ({ merchantId }, keyId) => retireAnyKey("root", { keyId, merchantId }, "compromised")],
  ])("is not the only one: %s is answered before the fixed wait is over, and with a silent row not", async (_, change) => {
    const waits = async () => {
      const { owner, key } = await ownerWithActiveKey();
      const began = performance.now();
      expect(await change(owner, key.id)).toMatchObject({ ok: true });
      return performance.now() - began;
    };
    expect(await waitedOut(waits, (ms) => ms >= 1_200, 20)).toBeLessThan(1_200);
    await silentGateway();
    expect(await waits()).toBeGreaterThanOrEqual(1_200);
  });

  test("waits in full where one row has not acknowledged it, and says which", async () => {
    await silentGateway();
    const began = performance.now();
    const { propagation } = await stopped();
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_200);
    expect(propagation?.endedBy).toBe("time");
    expect(propagation?.gateways.find(({ name }) => name === "silent")).toEqual({ name: "silent", ms: null });
  });

  test("is no longer held up by a row that went away while it waited", async () => {
    await endedByGateways(async () => {
      const silent = await silentGateway();
      const waiting = quietlyDeactivated().then(waitForPropagation);
      await silent.remove();
      return { propagation: await waiting };
    });
  });

  test("whose announcement is lost is acknowledged by ordinary renewals", async () => {
    await endedByGateways(async () => ({ propagation: await waitForPropagation(await quietlyDeactivated()) }));
  });

  test("waits in full beside a gateway of a version that writes no row", async () => {
    const change = await quietlyDeactivated();
    await expect.poll(() => acknowledged(change), LONG).toBe(true);
    const earlier = new URL(url);
    earlier.searchParams.set("application_name", "countersign-gateway");
    const client = new pg.Client({ connectionString: earlier.href });
    await client.connect();
    expect(await acknowledgementsOf(change)).toBeNull();
    expect((await waitForPropagation(change)).endedBy).toBe("time");
    await client.end();
    await expect.poll(() => acknowledged(change), LONG).toBe(true);
  });

  test.each<[string, (change: Change) => Change]>([
    ["another transaction's change of the key", (change) => ({ ...change, xid: String(BigInt(change.xid) - 1n) })],
    ["the key as it was before", (change) => ({ ...change, status: "retired" })],
    ["the key with other addresses", (change) => ({ ...change, allowedIps: ["198.51.99.7"] })],
    ["another deactivation of the key", (change) => ({ ...change, since: "2026-01-01 00:00:00+00" })],
    ["no such key", (change) => ({ ...change, keyId: "00000000-0000-4000-8000-000000000000" })],
  ])("is not believed acknowledged on a connection that shows %s", async (_, shown) => {
    const change = await quietlyDeactivated();
    await expect.poll(() => acknowledged(change), LONG).toBe(true);
    expect(await acknowledgementsOf(shown(change))).toBeNull();
    expect(await waitForPropagation(shown(change))).toEqual({ endedBy: "time", gateways: [] });
  });
});

describe("a gateway's row", () => {
  test("says its name and version, and is gone when the gateway is stopped: nobody waits for it", async () => {
    const gateway = await gatewayHere({ name: "brief" });
    const row = async () => (await gatewayRows()).find(({ name }) => name === "brief");
    expect(await row()).toMatchObject({ version, name: "brief" });
    await expect.poll(async () => (await row())?.applied, LONG).toMatch(/^\d+:\d+:/);
    await gateway.stop();
    expect(await row()).toBeUndefined();
  });

  test("is gone when a process is told to end, its workers' rows too", async () => {
    const gateway = await gatewayProcess({ name: "many", workers: 2, ready: false });
    const rows = async () => names(await gatewayRows()).filter((name) => name.startsWith("many"));
    await expect.poll(rows, LONG).toEqual(["many/1", "many/2"]);
    await gateway.stop();
    expect(await rows()).toEqual([]);
  });

  test("that was deleted leaves the gateway without a lease, and is written again with the next", async () => {
    const gateway = await gatewayHere({ name: "erased" });
    onTestFinished(gateway.stop);
    const key = await insertKey();
    expect(codeOf(await whoami(gateway, key))).toBe("200 accepted");
    await asOwner("DELETE FROM gateways WHERE name = 'erased'");
    const told = () => gateway.lines().filter((line) => line.includes("row is gone")).length;
    await expect.poll(told, LONG).toBe(1);
    await expect.poll(async () => names(await gatewayRows()), LONG).toContain("erased");
    expect(codeOf(await whoami(gateway, key))).toBe("200 accepted");
  });

  const connected = async () => {
    const run = newRun("alone");
    const database = openDatabase(url, run, vi.fn());
    const connection = await database.connect();
    onTestFinished(() => connection.close());
    const applied = async () =>
      (await asOwner<{ applied: string | null }>("SELECT applied::text AS applied FROM gateways WHERE id = $1", [run.id]))[0]?.applied;
    onTestFinished(async () => void (await asOwner("DELETE FROM gateways WHERE id = $1", [run.id])));
    return { run, database, connection, applied };
  };

  test("acknowledges what was in effect when the renewal was sent, not what the renewal itself saw", async () => {
    await inTime(async () => {
      const { connection, applied } = await connected();
      const { snapshot } = await renewed(connection);
      await insertKey();
      const later = await renewed(connection, snapshot);
      expect(later.snapshot).not.toBe(snapshot);
      expect(await applied()).toBe(snapshot);
    });
  });

  test("acknowledges nothing from the first renewal on a further connection on, until the next", async () => {
    await inTime(async () => {
      const { database, connection, applied } = await connected();
      const { snapshot } = await renewed(connection);
      await renewed(connection, snapshot);
      expect(await applied()).toBe(snapshot);
      const next = await database.connect();
      onTestFinished(() => next.close());
      await renewed(next);
      expect(await applied()).toBeNull();
    });
  });

  test("is not written by a later renewal where it is gone: that one gives no lease", async () => {
    await inTime(async () => {
      const { run, connection, applied } = await connected();
      const { snapshot } = await renewed(connection);
      await asOwner("DELETE FROM gateways WHERE id = $1", [run.id]);
      await expect(renewed(connection, snapshot)).rejects.toThrow("row is gone");
      expect(await applied()).toBeUndefined();
      await expect(connection.readKeys([])).rejects.toThrow();
    });
  });
});

describe("three gateways of which one stands still", () => {
  let fleet: GatewayProcess[];
  beforeAll(async () => {
    fleet = await Promise.all(["a", "b", "c"].map((name) => gatewayProcess({ name })));
  });
  afterAll(async () => {
    for (const gateway of fleet) gateway.signal("SIGCONT");
    await Promise.all(fleet.map((gateway) => gateway.stop()));
  });

  test("hold a deactivation up for the fixed wait: the dialog is told 2 of 3, and so is the receipt", async () => {
    await (fleet[2] as GatewayProcess).freeze();
    const { owner, key } = await ownerWithActiveKey();
    const session = await mintSession(owner);
    const progress = async () => granted(await perform(progressOf(key.id), { merchantId: owner.merchantId }, goodFacts(session)));
    expect(await progress()).toBeNull();
    const stopping = deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner));
    const seen: string[] = [];
    let over = false;
    const watching = (async () => {
      while (!over) seen.push(JSON.stringify(await progress()));
    })();
    const { propagation } = granted(await stopping);
    over = true;
    await watching;
    expect(seen).toContain(JSON.stringify({ gateways: 3, refusing: 2 }));
    expect(seen).not.toContain(JSON.stringify({ gateways: 3, refusing: 3 }));
    expect(propagation).toEqual({
      endedBy: "time",
      gateways: [
        { name: "a", ms: expect.any(Number) },
        { name: "b", ms: expect.any(Number) },
        { name: "c", ms: null },
      ],
    });
    expect(await progress()).toBeNull();
  });

  test("tell how far it has come to nobody but an Owner of the merchant", async () => {
    const { owner, key } = await ownerWithActiveKey();
    await asOwner("UPDATE api_keys SET status = 'inactive', deactivated_at = now() WHERE id = $1", [key.id]);
    const asked = async (asking: { userId: string }, merchantId: string, id = key.id) =>
      perform(progressOf(id), { merchantId }, goodFacts(await mintSession(asking)));
    expect(granted(await asked(owner, owner.merchantId))).toMatchObject({ gateways: 3 });
    const NOT_FOUND = { ok: false, refusal: { code: "not_found" } };
    for (const role of ["limits", "exchange", "view", "restricted"] as const)
      expect(await asked(await makeMember(role, owner.merchantId), owner.merchantId)).toEqual(NOT_FOUND);
    const stranger = await makeOwner();
    expect(await asked(stranger, owner.merchantId)).toEqual(NOT_FOUND);
    expect(granted(await asked(stranger, stranger.merchantId))).toBeNull();
    expect(await asked(owner, owner.merchantId, "no-key")).toEqual(NOT_FOUND);
  });
});
