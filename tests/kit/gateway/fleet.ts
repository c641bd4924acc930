import { setTimeout as sleep } from "node:timers/promises";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { startTcpProxy, type TcpProxy } from "../network/tcp-proxy";
import { activated, freshProof, storedKey, unwrap } from "../people/api-keys";
import { makeOwner } from "../people/people";
import { retryWhileBusy } from "../retry-while-busy";
import { acceptedLate, type Done, type Pair, startLoad } from "./fleet-load";
import { type GatewayProcess, gatewayProcess } from "./gateway";
import { slowBodies } from "./slow-bodies";

/** A gateway process with its own route to the database, which can be cut. */
export type FleetGateway = GatewayProcess & { proxy: TcpProxy };

export async function startFleet(count: number): Promise<FleetGateway[]> {
  const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
      const gateway = await gatewayProcess({ databaseUrl: proxy.through(process.env.GATEWAY_DATABASE_URL as string) });
      const stop = async () => {
        proxy.resume();
        await gateway.stop();
        await proxy.close();
      };
      return { ...gateway, proxy, stop };
    }),
  );
}

/** The result of a round. `late` must be empty. A round with `lacks` proves nothing. */
export type Round = { late: string[]; perSecond: number[]; answeredAfter: number[]; lacks: string[] };

/**
 * The kinds of replies that each gateway gave to bodies that began to arrive before the
 * deactivations. Their last bytes came before the deactivations (`before`), right after all were
 * reported as deactivated (`atOnce`), or after the disturbance ended (`after`).
 */
type Slow = { before: string[][]; atOnce: string[][]; after: string[][] };

const ACCEPTED = "200 accepted";
const REFUSED = "403 bad_header_key";
const UNAVAILABLE = "503 unavailable";

export type Disturbance = {
  /** Whether the gateway's process is stopped. */
  stops?: boolean;
  /** Applied to one gateway just before the deactivations are sent. */
  begin(gateway: FleetGateway): Promise<void> | void;
  /** Called after all of them succeeded. */
  end(gateway: FleetGateway): Promise<void>;
};

/** How many times each gateway must decide on each key after the disturbance. */
const JUDGED_AFTER = 5;

/**
 * Deactivates `merchants` keys at once with the real operation, including its wait. Meanwhile
 * every gateway gets requests signed with each key and has just accepted each. `disturb` happens
 * to the first gateway.
 *
 * `late`: requests that were accepted although they, or at least their last bytes, were sent after
 * the operation succeeded, and requests that a gateway's log shows as accepted later than that.
 * A process that is stopped in the microseconds between its last check and its reply sends that
 * reply when it continues, and nothing can prevent it. A round with one such reply proves
 * nothing; a second one counts as late.
 */
export async function deactivateUnderLoad(
  fleet: FleetGateway[],
  merchants: number,
  disturb?: Disturbance,
): Promise<Round> {
  const pairs = await Promise.all(Array.from({ length: merchants }, newPair));
  const load = startLoad(fleet, pairs);
  const [first] = fleet as [FleetGateway];
  const ports = fleet.map(({ port }) => port);
  try {
    const begin = () => slowBodies(ports, pairs);
    const before = await (await begin()).finish();
    const [atOnce, after] = [await begin(), await begin()];
    await load.fresh();
    const began = performance.now();
    await disturb?.begin(first);
    const done = await Promise.all(pairs.map((pair) => deactivated(pair)));
    const finishing = atOnce.finish();
    await sleep(300);
    await disturb?.end(first);
    const over = performance.now();
    await load.judgedSince(over, 1);
    const slow = { before, atOnce: await finishing, after: await after.finish() };
    await load.judgedSince(over, JUDGED_AFTER);
    await load.stop();
    const last = Math.max(...done.map(({ at }) => at));
    const logged = await Promise.all(fleet.map((gateway) => acceptedLate(gateway, pairs, done)));
    const slept = disturb?.stops ? (logged.shift() as string[]) : [];
    return {
      perSecond: fleet.map((_, index) => load.perSecond(index, disturb && index === 0 ? began : last)),
      late: [
        ...pairs.flatMap((pair, index) => load.late(pair, done[index] as Done)),
        ...[...lateBodies(slow), ...logged.flat(), ...slept.slice(1)],
      ],
      answeredAfter: fleet.map((_, index) => load.answeredAfter(index, last)),
      lacks: [
        ...unjudgedBodies(slow, disturb !== undefined),
        ...slept.map((answer) => `a stopped gateway slept on an answer: ${answer}`),
      ],
    };
  } finally {
    await load.stop();
  }
}

const lateBodies = ({ atOnce, after }: Slow): string[] =>
  [...atOnce, ...after].flatMap((kinds, index) =>
    kinds.includes(ACCEPTED) ? `gateway ${index % atOnce.length} accepted a body that ended after "Deactivated"` : [],
  );

/**
 * Slow bodies that met no gateway with a lease. The disturbed gateway has none meanwhile. Any
 * other gateway may lose its lease for lack of processor time, but not for all bodies.
 */
function unjudgedBodies({ before, atOnce, after }: Slow, disturbed: boolean): string[] {
  const lacking = (when: string, kinds: string[], wanted: string) =>
    kinds.includes(wanted) && kinds.every((kind) => kind === wanted || kind === UNAVAILABLE)
      ? []
      : `bodies that ended ${when}: ${kinds}`;
  return [
    ...before.flatMap((kinds) => lacking("before", kinds, ACCEPTED)),
    ...atOnce.slice(disturbed ? 1 : 0).flatMap((kinds) => lacking("at once", kinds, REFUSED)),
    ...after.flatMap((kinds) => lacking("after", kinds, REFUSED)),
  ];
}

async function newPair(): Promise<Pair> {
  const owner = await makeOwner();
  const key = await activated(owner);
  return { ...key, owner, key: (await storedKey(key.id)).key };
}

/**
 * When the operation succeeded. A busy machine may refuse the first tries; those promise nothing.
 */
async function deactivated({ owner, id }: Pair): Promise<Done> {
  unwrap(await retryWhileBusy(() => deactivateKey(owner.member, { keyId: id, reason: "rotating" }, freshProof(owner))));
  return { at: performance.now(), wall: Date.now() };
}

export const CUT: Disturbance = {
  begin: ({ proxy }) => proxy.cut(),
  end: async ({ proxy }) => proxy.resume(),
};

export const PAUSED: Disturbance = {
  stops: true,
  begin: (gateway) => gateway.freeze(),
  async end(gateway) {
    // A gateway replies 408 to a body that takes longer than 10 s, so the pause is no longer than
    // this.
    await sleep(1_500);
    gateway.signal("SIGCONT");
  },
};

const MAX_ROUNDS = 5;

/** Plays rounds until one proves something, and logs the others. At most `MAX_ROUNDS`. */
export async function untilConclusive(play: () => Promise<Round>): Promise<Round> {
  for (let attempt = 1; ; attempt++) {
    const round = await play();
    if (round.lacks.length === 0 || round.late.length > 0) return round;
    console.log(`round ${attempt} proves nothing: ${round.lacks.join("; ")}`);
    if (attempt === MAX_ROUNDS) throw new Error("no round proved anything");
  }
}
