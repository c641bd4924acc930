import fc from "fast-check";
import { expect, test } from "vitest";
import type { CachedKey } from "@/lib/gateway/cache/cached-key";
import { KeyCache, type RenewalAnswer } from "@/lib/gateway/cache/key-cache";
import { LEASE_MS } from "@/lib/platform/lease";

// A model: a database of one key under PostgreSQL's rules, a network that is arbitrarily slow in
// each
// direction, and requests at any moment.
// Promise: nothing is accepted LEASE_MS after the commit that deactivated the key, whatever the
// order
// of events.

const KEY = "k".repeat(32);

class Database {
  active = true;
  deactivatedAt = 0;
  #changedXid = 10n;
  #next = 11n;
  readonly #running = new Map<bigint, boolean>();

  begin(activate: boolean): void {
    if (this.#running.size < 3) this.#running.set(this.#next++, activate);
  }

  /** Another transaction that changes nothing but takes an ID. */
  beginElsewhere(): void {
    this.#next++;
  }

  commit(which: number, now: number): void {
    const xid = [...this.#running.keys()][which];
    if (xid === undefined) return;
    if (this.active && !this.#running.get(xid)) this.deactivatedAt = now;
    this.active = this.#running.get(xid) as boolean;
    this.#changedXid = xid;
    this.#running.delete(xid);
  }

  read = (): CachedKey => ({ active: this.active, number: 1 }) as CachedKey;

  /**
   * Represents a snapshot as the IDs that were not yet assigned or still running: xmax, then the
   * rest. Exactly one renewal returns each change.
   */
  renew(since: string | null): RenewalAnswer {
    const [xmax = this.#next, ...ran] = (since?.split(" ") ?? []).map(BigInt);
    const became = this.#changedXid >= xmax || ran.includes(this.#changedXid);
    return {
      snapshot: [this.#next, ...this.#running.keys()].join(" "),
      xmax: this.#next,
      changed: became ? [KEY] : [],
    };
  }
}

/** A query on its way to the database, then its answer on the way back. */
type Travelling<Answer> = { answer?: Answer; ask(): Answer; deliver(answer: Answer): void };

class World {
  now = 1_000;
  readonly database = new Database();
  readonly #reads: Travelling<CachedKey>[] = [];
  #renewal: Travelling<RenewalAnswer> | null = null;
  #newConnection = true;
  readonly #judgedBy = new Set<CachedKey>();
  readonly #keyCache = new KeyCache(
    () => new Promise((deliver) => this.#reads.push({ ask: this.database.read, deliver })),
    () => ({ monotonic: this.now, wall: this.now }),
    { known: 4, unknown: 4 },
  );

  sendRenewal(): void {
    if (this.#renewal) return;
    const renewal = this.#keyCache.beginRenewal(this.#newConnection);
    this.#newConnection = false;
    this.#renewal = {
      ask: () => this.database.renew(renewal.since),
      deliver: (answer) => this.#keyCache.endRenewal(renewal, answer),
    };
  }

  loseConnection(): void {
    this.#renewal = null;
    this.#newConnection = true;
  }

  request(): void {
    const entry = this.#keyCache.load(KEY);
    if (entry instanceof Promise) void entry.then((read) => this.#judgedBy.add(read)).catch(() => undefined);
    else this.#judgedBy.add(entry);
  }

  renewalArrives(): void {
    this.#arrive(this.#renewal);
  }

  renewalReturns(): void {
    if (this.#return(this.#renewal)) this.#renewal = null;
  }

  renewAtOnce(): void {
    this.sendRenewal();
    this.renewalArrives();
    this.renewalReturns();
  }

  readArrives(which: number): void {
    this.#arrive(this.#reads[which] ?? null);
  }

  readReturns(which: number): void {
    if (this.#return(this.#reads[which] ?? null)) this.#reads.splice(which, 1);
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** Whether any request that was checked so far, however long ago, would be accepted now. */
  accepts(): boolean {
    return [...this.#judgedBy].some((entry) => entry.active && this.#keyCache.isCurrent(KEY, entry));
  }

  #arrive<Answer>(travelling: Travelling<Answer> | null): void {
    if (travelling) travelling.answer ??= travelling.ask();
  }

  #return<Answer>(travelling: Travelling<Answer> | null): boolean {
    if (travelling?.answer === undefined) return false;
    travelling.deliver(travelling.answer);
    return true;
  }
}

type Event = { name: string; run(world: World): void };

const which = fc.nat({ max: 1 });
const happens = (weight: number, name: string, run: (world: World) => void) => ({
  weight,
  arbitrary: fc.constant<Event>({ name, run }),
});
const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.integer({ min: 1, max: 300 }).map((ms): Event => ({ name: `${ms} ms pass`, run: (w) => w.pass(ms) })),
  },
  { weight: 3, arbitrary: which.map((n): Event => ({ name: `commit ${n}`, run: (w) => w.database.commit(n, w.now) })) },
  { weight: 2, arbitrary: which.map((n): Event => ({ name: `read ${n} arrives`, run: (w) => w.readArrives(n) })) },
  { weight: 2, arbitrary: which.map((n): Event => ({ name: `read ${n} returns`, run: (w) => w.readReturns(n) })) },
  happens(2, "an activation begins", (w) => w.database.begin(true)),
  happens(2, "a deactivation begins", (w) => w.database.begin(false)),
  happens(1, "another transaction begins", (w) => w.database.beginElsewhere()),
  happens(1, "the renewal is sent", (w) => w.sendRenewal()),
  happens(1, "the renewal arrives", (w) => w.renewalArrives()),
  happens(2, "the renewal returns", (w) => w.renewalReturns()),
  happens(1, "the connection is lost", (w) => w.loseConnection()),
  happens(5, "a renewal, at once", (w) => w.renewAtOnce()),
  happens(2, "a second and more, renewed four times", (w) => {
    for (let quarter = 0; quarter < 4; quarter++) {
      w.pass(260);
      w.renewAtOnce();
    }
  }),
  happens(2, "a deactivation, at once", (w) => {
    w.database.begin(false);
    for (let open = 0; open < 3; open++) w.database.commit(0, w.now);
  }),
  happens(3, "a request", (w) => w.request()),
  happens(4, "reads, at once", (w) => {
    w.readArrives(0);
    w.readReturns(0);
  }),
);

test("nothing is accepted later than a lease after the deactivating commit, in any order of events", async () => {
  const reached = { accepted: 0, acceptedWithinTheLease: 0, refusedAfterIt: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 30, maxLength: 150, size: "max" }), async (events) => {
      const world = new World();
      for (const { run } of events) {
        run(world);
        for (let turn = 0; turn < 6; turn++) await Promise.resolve();
        const [accepts, { active, deactivatedAt }] = [world.accepts(), world.database];
        if (active) reached.accepted += Number(accepts);
        else if (accepts) reached.acceptedWithinTheLease++;
        else reached.refusedAfterIt++;
        if (accepts && !active) expect(world.now - deactivatedAt).toBeLessThan(LEASE_MS);
      }
    }),
    { numRuns: 2_000 },
  );
  // Confirms that the schedules reach what they are about.
  expect(Math.min(...Object.values(reached)), JSON.stringify(reached)).toBeGreaterThan(500);
}, 30_000);
