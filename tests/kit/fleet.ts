import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { activated, freshProof, granted, type KeyOfOwner, storedKey } from "./api-keys";
import { type GatewayProcess, gatewayProcess } from "./gateway";
import { BODY, signed } from "./gateway-requests";
import { makeOwner, type Owner } from "./people";
import { slowBodies } from "./slow-bodies";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy";

/** A gateway process with its own way to the database, which can be cut. */
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

type Sample = { sent: number; received: number; answered: boolean; accepted: boolean };
type Pair = KeyOfOwner & { owner: Owner; key: string };

/** What a round saw, in requests that were answered: `late` must be empty, and a round that is not `full` proves nothing. */
export type Round = { late: string[]; perSecond: number[]; answeredAfter: number[]; full: boolean };

/**
 * The kinds of answers each gateway gave to bodies that began to arrive before the deactivations, and whose last bytes came before them too, when
 * "Deactivated" had just been said of all, and when the disturbance was over.
 */
type Slow = { before: string[][]; atOnce: string[][]; after: string[][] };

const ACCEPTED = "200 accepted";
const REFUSED = "403 bad_header_key";

export type Disturbance = {
  /** The gateway's process is stopped. */
  stops?: boolean;
  /** Of one gateway, in the moment the deactivations are asked for. */
  begin(gateway: FleetGateway): void;
  /** After they were answered. */
  end(gateway: FleetGateway): Promise<void>;
};

const PAUSE_MS = 25;
const FRESH_MS = 100;
const LEAST_PER_SECOND = 100;
/** An answer that left the gateway in time may be read this much later, and no more. */
const READ_WITHIN_MS = 1_000;

/**
 * Deactivates `merchants` keys at once, by the operation itself, its wait included, while every gateway takes requests signed with each of them and
 * has accepted each less than 100 ms before. `late`: what was accepted although it was sent after the operation's answer, its last bytes at least,
 * or is answered long after it. `disturb` befalls the first gateway. A process that is stopped in the microseconds between its last look and its
 * answer gives that answer when it goes on, which nothing can keep it from: a round with one such answer is not full, and a second is late.
 */
export async function deactivateUnderLoad(fleet: FleetGateway[], merchants: number, disturb?: Disturbance): Promise<Round> {
  const pairs = await Promise.all(Array.from({ length: merchants }, newPair));
  const load = startLoad(fleet, pairs);
  const [first] = fleet as [FleetGateway];
  const stopped = disturb?.stops ? [0] : [];
  const ports = fleet.map(({ port }) => port);
  try {
    const begin = () => slowBodies(ports, pairs);
    const before = await (await begin()).finish();
    const [atOnce, after] = [await begin(), await begin()];
    await until(() => pairs.every((pair) => load.fresh(pair)));
    const began = performance.now();
    disturb?.begin(first);
    const done = await Promise.all(pairs.map((pair) => deactivated(pair)));
    const ended = performance.now();
    const finishing = atOnce.finish();
    await sleep(300);
    await disturb?.end(first);
    const slow = { before, atOnce: await finishing, after: await after.finish() };
    await sleep(500);
    await load.stop();
    const rate = (index: number, until: number) =>
      (1_000 * load.answered(index).filter(({ sent }) => sent < until).length) / (until - load.began);
    const perSecond = fleet.map((_, index) => Math.round(rate(index, disturb && index === 0 ? began : ended)));
    const last = Math.max(...done);
    const slept = pairs.flatMap((pair, index) => stopped.flatMap((gateway) => load.sleptOn(pair, done[index] as number, gateway)));
    return {
      perSecond,
      late: [...pairs.flatMap((pair, index) => load.late(pair, done[index] as number, stopped)), ...lateBodies(slow), ...slept.slice(1)],
      answeredAfter: fleet.map((_, index) => load.answered(index).filter(({ sent }) => sent > last).length),
      full: perSecond.every((each) => each >= LEAST_PER_SECOND) && judgedBodies(slow, disturb !== undefined) && slept.length === 0,
    };
  } finally {
    await load.stop();
  }
}

const lateBodies = ({ atOnce, after }: Slow): string[] =>
  [...atOnce, ...after].flatMap((kinds, index) =>
    kinds.includes(ACCEPTED) ? `gateway ${index % atOnce.length} accepted a body that ended after "Deactivated"` : [],
  );

/** Whether each slow body met a gateway with a lease: only the disturbed one, and only while it is, may say instead that it does not know. */
function judgedBodies({ before, atOnce, after }: Slow, disturbed: boolean): boolean {
  const only = (kind: string) => (kinds: string[]) => kinds.join() === kind;
  return before.every(only(ACCEPTED)) && (disturbed ? atOnce.slice(1) : atOnce).every(only(REFUSED)) && after.every(only(REFUSED));
}

async function newPair(): Promise<Pair> {
  const owner = await makeOwner();
  const key = await activated(owner);
  return { ...key, owner, key: (await storedKey(key.id)).key };
}

/** When the answer was there. */
async function deactivated({ owner, id }: Pair): Promise<number> {
  granted(await deactivateKey(owner.member, { keyId: id, reason: "rotating" }, freshProof(owner)));
  return performance.now();
}

function startLoad(fleet: FleetGateway[], pairs: Pair[]) {
  const seen = new Map(pairs.map((pair) => [pair, fleet.map((): Sample[] => [])]));
  const agents = fleet.map(() => new Agent({ keepAlive: true, maxSockets: pairs.length + 1 }));
  const began = performance.now();
  let running = true;
  const of = (pair: Pair) => seen.get(pair) as Sample[][];
  const client = async (pair: Pair, index: number) => {
    const samples = of(pair)[index] as Sample[];
    for (; running; await sleep(PAUSE_MS)) {
      const sent = performance.now();
      const status = await statusOf(fleet[index] as FleetGateway, pair, agents[index] as Agent);
      samples.push({ sent, received: performance.now(), answered: status !== null, accepted: status === 200 });
    }
  };
  const clients = pairs.flatMap((pair) => fleet.map((_, index) => client(pair, index)));
  return {
    began,
    answered: (index: number) => pairs.flatMap((pair) => (of(pair)[index] as Sample[]).filter(({ answered }) => answered)),
    fresh: (pair: Pair) =>
      of(pair).every((samples) => samples.some(({ received, accepted }) => accepted && performance.now() - received < FRESH_MS)),
    late: (pair: Pair, done: number, stopped: number[]) =>
      of(pair).flatMap((samples, index) =>
        samples
          .filter((sample) => sample.accepted && (sample.sent > done || (isLong(sample, done) && !stopped.includes(index))))
          .map(({ sent }) => `gateway ${index} accepted key ${pair.number}, sent ${Math.round(sent - done)} ms after "Deactivated"`),
      ),
    sleptOn: (pair: Pair, done: number, gateway: number) =>
      (of(pair)[gateway] as Sample[])
        .filter((sample) => sample.accepted && sample.sent <= done && isLong(sample, done))
        .map(() => `gateway ${gateway} slept on its answer to key ${pair.number}`),
    async stop() {
      running = false;
      await Promise.all(clients);
      for (const agent of agents) agent.destroy();
    },
  };
}

const isLong = ({ received }: Sample, done: number): boolean => received > done + READ_WITHIN_MS;

/** Null where the gateway does not answer, or breaks off: that accepts nothing, and is no load either. */
function statusOf({ port }: FleetGateway, pair: Pair, agent: Agent): Promise<number | null> {
  return new Promise((resolve) => {
    const options = { port, host: "127.0.0.1", agent, method: "POST", path: "/api/v2/whoami", timeout: 9_000 };
    const sending = request({ ...options, headers: { ...signed(pair), "Content-Length": BODY.length } }, (response) => {
      response.once("end", () => resolve(response.statusCode ?? null)).once("error", () => resolve(null));
      response.resume();
    });
    sending.once("timeout", () => sending.destroy()).once("error", () => resolve(null));
    sending.end(BODY);
  });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("not every gateway accepted every key within 100 ms of each other");
    await sleep(2);
  }
}

export const CUT: Disturbance = {
  begin: ({ proxy }) => proxy.cut(),
  async end({ proxy }) {
    proxy.resume();
    await sleep(1_500);
  },
};

export const PAUSED: Disturbance = {
  stops: true,
  begin: (gateway) => gateway.signal("SIGSTOP"),
  async end(gateway) {
    await sleep(3_500);
    gateway.signal("SIGCONT");
    await sleep(1_000);
  },
};

/** A round that counts; one whose load falls short is told and repeated, at most 3 times. */
export async function fullRound(play: () => Promise<Round>): Promise<Round> {
  for (let attempt = 1; ; attempt++) {
    const round = await play();
    if (round.full || round.late.length > 0) return round;
    console.log(
      `round ${attempt} was not full: ${round.perSecond.join(", ")} requests a second, or a lease that ran out for want of a processor, or an answer slept on`,
    );
    if (attempt === 3) throw new Error("no round had the load that proves anything");
  }
}
