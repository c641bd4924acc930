import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "@/lib/gateway/entry";
import { LEASE_MS, Leases, type Poll, type PollAnswer } from "@/lib/gateway/leases";

// A database of one key as PostgreSQL's rules describe it, a network that is as slow as it likes in each direction, and requests at any moment.
// The promise: nothing is accepted LEASE_MS after the commit that deactivated the key, whatever the order of events.

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

  /** Another transaction that touches nothing: it holds xmin back, or moves the ids on. */
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

  read = (): Entry => ({ active: this.active, number: 1 }) as Entry;

  poll(since: bigint | null): PollAnswer {
    // Ids are given in order, so the first still running is the oldest.
    const [oldest = this.#next] = this.#running.keys();
    return { xmin: oldest, inRecovery: false, changed: since !== null && this.#changedXid >= since ? [KEY] : [] };
  }
}

/** A question on its way to the database, then its answer on the way back. */
type Travelling<Answer> = { answer?: Answer; ask(): Answer; deliver(answer: Answer): void };

class World {
  now = 1_000;
  readonly database = new Database();
  readonly #reads: Travelling<Entry>[] = [];
  #poll: Travelling<PollAnswer> | null = null;
  #newConnection = true;
  readonly #judgedBy = new Set<Entry>();
  readonly #leases = new Leases(
    () => new Promise((deliver) => this.#reads.push({ ask: this.database.read, deliver })),
    () => ({ monotonic: this.now, wall: this.now }),
    { known: 4, unknown: 4 },
  );

  sendPoll(): void {
    if (this.#poll) return;
    const poll: Poll = this.#leases.beginPoll(this.#newConnection);
    this.#newConnection = false;
    this.#poll = { ask: () => this.database.poll(poll.since), deliver: (answer) => this.#leases.endPoll(poll, answer) };
  }

  loseConnection(): void {
    this.#poll = null;
    this.#newConnection = true;
  }

  request(): void {
    const entry = this.#leases.entry(KEY);
    if (entry instanceof Promise) void entry.then((read) => this.#judgedBy.add(read)).catch(() => undefined);
    else this.#judgedBy.add(entry);
  }

  pollArrives(): void {
    this.#arrive(this.#poll);
  }

  pollReturns(): void {
    if (this.#return(this.#poll)) this.#poll = null;
  }

  pollAtOnce(): void {
    this.sendPoll();
    this.pollArrives();
    this.pollReturns();
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

  /** Whether any request that was judged so far, however long ago, would be accepted at this moment. */
  accepts(): boolean {
    return [...this.#judgedBy].some((entry) => entry.active && this.#leases.stands(KEY, entry));
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
const happens = (weight: number, name: string, run: (world: World) => void) => ({ weight, arbitrary: fc.constant<Event>({ name, run }) });
const event = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 300 }).map((ms): Event => ({ name: `${ms} ms pass`, run: (w) => w.pass(ms) })) },
  { weight: 3, arbitrary: which.map((n): Event => ({ name: `commit ${n}`, run: (w) => w.database.commit(n, w.now) })) },
  { weight: 2, arbitrary: which.map((n): Event => ({ name: `read ${n} arrives`, run: (w) => w.readArrives(n) })) },
  { weight: 2, arbitrary: which.map((n): Event => ({ name: `read ${n} returns`, run: (w) => w.readReturns(n) })) },
  happens(2, "an activation begins", (w) => w.database.begin(true)),
  happens(2, "a deactivation begins", (w) => w.database.begin(false)),
  happens(1, "another transaction begins", (w) => w.database.beginElsewhere()),
  happens(1, "the poll is sent", (w) => w.sendPoll()),
  happens(1, "the poll arrives", (w) => w.pollArrives()),
  happens(2, "the poll returns", (w) => w.pollReturns()),
  happens(1, "the connection is lost", (w) => w.loseConnection()),
  happens(5, "a poll, at once", (w) => w.pollAtOnce()),
  happens(2, "a second and more, polled four times", (w) => {
    for (let quarter = 0; quarter < 4; quarter++) {
      w.pass(260);
      w.pollAtOnce();
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

test("nothing is accepted a lease after the deactivating commit, in any order of events", async () => {
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
  // The schedules do reach what they are about.
  expect(Math.min(...Object.values(reached)), JSON.stringify(reached)).toBeGreaterThan(500);
}, 30_000);
