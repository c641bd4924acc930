import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, type MockInstance, onTestFinished, test, vi } from "vitest";
import { db, inTransaction } from "@/lib/platform/db/db";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import { cancellingWaits, holdingLocks, whileConnectionsFull } from "../../kit/busy";
import { asDatabaseOwner } from "../../kit/people/api-keys";
import { makeMerchant } from "../../kit/people/people";

/*
 * Every way in which PostgreSQL cancels or refuses a statement, staged with another connection,
 * and the fate of its transaction.
 */

const BUSY = { ok: false, refusal: { code: "busy" } };

let id: string;
let logged: MockInstance<typeof console.warn>;
beforeEach(async () => {
  id = (await makeMerchant({ name: "before" })).id;
});
beforeEach(() => {
  logged = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

const rename = (client: Pick<ReturnType<typeof db>, "$executeRaw">, name: string, which = id) =>
  client.$executeRaw`UPDATE merchants SET name = ${name} WHERE id = ${which}::uuid`;
const LOCK = "SELECT 1 FROM merchants WHERE id = $1 FOR UPDATE";

async function nameOf(which = id) {
  const [row] = await asDatabaseOwner("SELECT name FROM merchants WHERE id = $1", [which]);
  return row?.name;
}

/** pg's error if a connection is lost. */
const LOST = "Client has encountered a connection error and is not queryable";

type Way = { state: string; how: string; run(): Promise<unknown> };
const WAYS: Way[] = [
  {
    state: "57014 query_canceled",
    how: "cancelled",
    run: () => holdingLocks(LOCK, [id], () => cancellingWaits(() => renaming())),
  },
  { state: "57014 query_canceled", how: "out of time", run: () => renaming("SELECT pg_sleep(3600)") },
  {
    state: "55P03 lock_not_available",
    how: "out of patience for a lock",
    run: () => holdingLocks(LOCK, [id], () => renaming()),
  },
  { state: "40P01 deadlock_detected", how: "in a deadlock", run: deadlock },
  { state: "40001 serialization_failure", how: "not serializable", run: unserializable },
  {
    state: "53300 too_many_connections",
    how: "without a connection left",
    run: () => whileConnectionsFull(() => renaming()),
  },
  { state: LOST, how: "on a connection that was lost between two statements", run: connectionLost },
];

/** A change, then one that may fail. */
function renaming(first = "SELECT 1") {
  return inTransaction(async (tx) => {
    await tx.$executeRawUnsafe(first);
    await tx.merchant.create({ data: { name: `beside ${id}`, mode: "test" }, select: { id: true } });
    await rename(tx, "after");
  });
}

/**
 * Two transactions lock the same two rows in opposite order; PostgreSQL ends one of them after a
 * second.
 */
async function deadlock() {
  const other = (await makeMerchant({ name: "before" })).id;
  let both = 0;
  const crossing = (first: string, second: string) =>
    inTransaction(async (tx) => {
      await rename(tx, "crossed", first);
      both += 1;
      while (both < 2) await sleep(5);
      await rename(tx, "crossed", second);
    });
  const results = await Promise.all([crossing(id, other), crossing(other, id)]);
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect([await nameOf(), await nameOf(other)]).toEqual(["crossed", "crossed"]);
  await rename(db(), "before");
  return results.find(({ ok }) => !ok);
}

async function unserializable() {
  return inTransaction(async (tx) => {
    await tx.$executeRaw`SET TRANSACTION ISOLATION LEVEL SERIALIZABLE`;
    await tx.merchant.count();
    await rename(db(), "between");
    await rename(db(), "before");
    await tx.merchant.create({ data: { name: `beside ${id}`, mode: "test" }, select: { id: true } });
    await rename(tx, "after");
  });
}

async function connectionLost() {
  return inTransaction(async (tx) => {
    await rename(tx, "after");
    const [backend] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    const gone = async () =>
      (await asDatabaseOwner("SELECT 1 FROM pg_stat_activity WHERE pid = $1", [backend?.pid])).length === 0;
    await asDatabaseOwner("SELECT pg_terminate_backend($1)", [backend?.pid]);
    await expect.poll(gone).toBe(true);
    // Reads the server's last message before the next query.
    await sleep(0);
    await rename(tx, "after");
  });
}

test.each(WAYS)(
  "an operation that is $how ($state) is refused as busy, has changed nothing, and is logged once",
  async ({ state, run }) => {
    expect(await run()).toEqual(BUSY);
    expect(await nameOf()).toBe("before");
    expect(await asDatabaseOwner("SELECT 1 FROM merchants WHERE name = $1", [`beside ${id}`])).toEqual([]);
    expect(logged.mock.calls).toEqual([[`PostgreSQL turned a statement away: ${state}`]]);
  },
);

test("its sentence is true and says what to do", () => {
  expect(sentence({ code: "busy" })).toBe("Busy. Nothing was changed; try again.");
});

test("a COMMIT that fails serialization has changed nothing, and is busy", async () => {
  await asDatabaseOwner(`CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.name = 'refused' THEN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END IF; RETURN NULL; END $$`);
  await asDatabaseOwner(`CREATE CONSTRAINT TRIGGER refuse_commit AFTER UPDATE ON merchants DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_commit()`);
  expect(await inTransaction((tx) => rename(tx, "refused"))).toEqual(BUSY);
  expect(await nameOf()).toBe("before");
});

test("a single statement that is cancelled is Busy, with its name and reason, without values or a stack", async () => {
  const error = await holdingLocks(LOCK, [id], () => cancellingWaits(() => rename(db(), "a value"))).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "Busy", reason: "57014 query_canceled" });
  expect(String((error as Error).stack)).toBe("Busy: PostgreSQL turned a statement away: 57014 query_canceled");
});

test("a read that gets no connection is Busy", async () => {
  await expect(whileConnectionsFull(() => db().merchant.count())).rejects.toMatchObject({
    name: "Busy",
    reason: "53300 too_many_connections",
  });
  expect(await db().merchant.count()).toBeGreaterThan(0);
});

test("an operation that finds every connection in use is refused as busy, in a transaction and outside one", async () => {
  const free = await everyConnectionTaken();
  onTestFinished(free);
  const [inside, outside] = await Promise.all([
    renaming(),
    db()
      .merchant.count()
      .catch((error: unknown) => error),
  ]);
  expect(inside).toEqual(BUSY);
  expect(outside).toMatchObject({ name: "Busy", reason: "timeout exceeded when trying to connect" });
  await free();
  expect(await renaming()).toMatchObject({ ok: true });
});

/**
 * Takes all twenty connections of the pool, one after the other, each in a transaction that is
 * never idle.
 */
async function everyConnectionTaken(): Promise<() => Promise<void>> {
  let over = false;
  const taken: Promise<void>[] = [];
  for (let n = 0; n < 20; n++) {
    await new Promise<void>((resolve, reject) => {
      const holding = db().$transaction(
        async (tx) => {
          for (resolve(); !over; await sleep(100)) await tx.$queryRaw`SELECT 1`;
        },
        { maxWait: 60_000, timeout: 600_000 },
      );
      taken.push(holding);
      holding.catch(reject);
    });
  }
  return async () => {
    over = true;
    await Promise.all(taken);
  };
}

test("an operation that took longer than a transaction's limit was rolled back, and is refused as busy", async () => {
  const slow = await inTransaction(async (tx) => {
    await rename(tx, "after");
    for (let n = 0; n < 9; n++) await Promise.all([sleep(1_000), tx.$queryRaw`SELECT 1`]);
  });
  expect(slow).toEqual(BUSY);
  await expect.poll(() => nameOf()).toBe("before");
});

test("a connection that is closed during a statement is an error, and never called busy: a COMMIT might have been made", async () => {
  const ended = inTransaction(async (tx) => {
    await rename(tx, "after");
    await tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`;
  });
  await expect(ended).rejects.not.toMatchObject({ name: "Busy" });
});
