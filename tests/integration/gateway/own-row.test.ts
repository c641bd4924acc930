import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openDatabase } from "@/lib/gateway/database";
import { newRun } from "@/lib/gateway/run";
import { version } from "../../../package.json";
import { gatewayRows } from "../../kit/database/propagation-rows";
import { gatewayHere, gatewayProcess } from "../../kit/gateway/gateway";
import { asOwner, insertKey } from "../../kit/gateway/gateway-keys";
import { codeOf, whoami } from "../../kit/gateway/gateway-requests";
import { renewOnce, retryIfSlow } from "../../kit/gateway/renewals";

const LONG = { timeout: 60_000 };
const url = process.env.GATEWAY_DATABASE_URL as string;
const names = (rows: { name: string }[]) => rows.map(({ name }) => name);

describe("a gateway's row", () => {
  test("has its name and version, and is deleted when the gateway is stopped: no deactivation waits for it", async () => {
    const gateway = await gatewayHere({ name: "brief" });
    const row = async () => (await gatewayRows()).find(({ name }) => name === "brief");
    expect(await row()).toMatchObject({ version, name: "brief" });
    await expect.poll(async () => (await row())?.applied, LONG).toMatch(/^\d+:\d+:/);
    await gateway.stop();
    expect(await row()).toBeUndefined();
  });

  test("is deleted when a process is told to end, its workers' rows too", async () => {
    const gateway = await gatewayProcess({ name: "many", workers: 2, ready: false });
    const rows = async () => names(await gatewayRows()).filter((name) => name.startsWith("many"));
    const listening = () => gateway.lines().filter((line) => line.includes('"msg":"listening"')).length;
    await expect.poll(listening, LONG).toBe(2);
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
      (
        await asOwner<{ applied: string | null }>("SELECT applied::text AS applied FROM gateways WHERE id = $1", [
          run.id,
        ])
      )[0]?.applied;
    onTestFinished(async () => void (await asOwner("DELETE FROM gateways WHERE id = $1", [run.id])));
    return { run, database, connection, applied };
  };

  test("acknowledges what was in effect when the renewal was sent, not what the renewal itself saw", async () => {
    await retryIfSlow(async () => {
      const { connection, applied } = await connected();
      const { snapshot } = await renewOnce(connection);
      await insertKey();
      const later = await renewOnce(connection, snapshot);
      expect(later.snapshot).not.toBe(snapshot);
      expect(await applied()).toBe(snapshot);
    });
  });

  test("acknowledges nothing from the first renewal on another connection until the next", async () => {
    await retryIfSlow(async () => {
      const { database, connection, applied } = await connected();
      const { snapshot } = await renewOnce(connection);
      await renewOnce(connection, snapshot);
      expect(await applied()).toBe(snapshot);
      const next = await database.connect();
      onTestFinished(() => next.close());
      await renewOnce(next);
      expect(await applied()).toBeNull();
    });
  });

  test("is not written by a later renewal if it was deleted: that renewal grants no lease", async () => {
    await retryIfSlow(async () => {
      const { run, connection, applied } = await connected();
      const { snapshot } = await renewOnce(connection);
      await asOwner("DELETE FROM gateways WHERE id = $1", [run.id]);
      await expect(renewOnce(connection, snapshot)).rejects.toThrow("row is gone");
      expect(await applied()).toBeUndefined();
      await expect(connection.readKeys([])).rejects.toThrow();
    });
  });
});
