import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { db } from "@/lib/platform/db/db";
import { gatewayHere } from "../../kit/gateway/gateway";
import { asOwner, insertKey, randomLetters } from "../../kit/gateway/gateway-keys";
import { codeOf, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";

const LONG = { timeout: 60_000 };

/** How many connections of a role this worker's database has. */
const backendsOf = async (role: string) =>
  (await asOwner("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename = $1", [role])).length;

/** Locks api_keys against everybody, like a migration that never ends. */
async function locked(): Promise<{ release(): Promise<void> }> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query("BEGIN; LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE");
  return { release: async () => void (await client.query("ROLLBACK")) };
}

test("a gateway uses few connections however long the keys are locked and however many requests arrive, and recovers", async () => {
  const key = await insertKey();
  const gateway = await gatewayHere();
  onTestFinished(gateway.stop);
  expect(codeOf(await whoami(gateway, key))).toBe("200 accepted");
  const lock = await locked();
  let asking = true;
  const client = async () => {
    while (asking) await whoamiOnce(gateway, { ...key, key: randomLetters(32) }).catch(() => undefined);
  };
  const clients = Array.from({ length: 30 }, client);
  const failed = () => gateway.lines().filter((line) => line.includes("the database did not answer")).length;
  const counts: number[] = [];
  // As many failures as 35 s would bring: each failed renewal ends its connection.
  const enough = async () => {
    counts.push(await backendsOf("countersign_gateway"));
    return failed();
  };
  await expect.poll(enough, { ...LONG, interval: 100 }).toBeGreaterThan(10);
  asking = false;
  await Promise.all(clients);
  expect(Math.max(...counts)).toBeLessThanOrEqual(5);
  await lock.release();
  await expect
    .poll(async () => codeOf(await whoami(gateway, key).catch(() => ({ status: 503, headers: {}, body: "" }))), LONG)
    .toBe("200 accepted");
  await expect.poll(() => backendsOf("countersign_gateway"), LONG).toBeLessThanOrEqual(3);
});

test("a dashboard uses no more connections than its pool has, however many requests arrive, refuses all of them, and recovers", async () => {
  await insertKey();
  const lock = await locked();
  const read = () => db().apiKey.count();
  const counts: number[] = [];
  let waiting = true;
  const asked = Promise.allSettled(Array.from({ length: 100 }, read)).finally(() => {
    waiting = false;
  });
  while (waiting) {
    counts.push(await backendsOf("countersign_app"));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const answers = await asked;
  expect(answers.filter(({ status }) => status === "fulfilled")).toEqual([]);
  for (const answer of answers) expect(answer).toMatchObject({ reason: { name: "Busy" } });
  expect(Math.max(...counts)).toBeLessThanOrEqual(20);
  await lock.release();
  await expect(read()).resolves.toBeGreaterThan(0);
});
