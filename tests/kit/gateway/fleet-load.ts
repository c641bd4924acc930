import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { KeyOfOwner } from "../people/api-keys";
import type { Owner } from "../people/people";
import type { GatewayProcess } from "./gateway";
import { BODY, sendOnce, signed } from "./gateway-requests";

export type Pair = KeyOfOwner & { owner: Owner; key: string };
/**
 * When a key was reported as deactivated, on this process's monotonic clock and on the wall clock.
 */
export type Done = { at: number; wall: number };
type Sample = { sent: number; received: number; status: number | null };

const PAUSE_MS = 80;
/** Half a lease: a gateway that accepted a key this recently still has it in memory. */
const FRESH_MS = 500;

/** Endless requests to each gateway, signed with each key. */
export function startLoad(fleet: readonly GatewayProcess[], pairs: readonly Pair[]) {
  const seen = new Map(pairs.map((pair) => [pair, fleet.map((): Sample[] => [])]));
  const agents = fleet.map(() => new Agent({ keepAlive: true, maxSockets: pairs.length + 1 }));
  const gone = new Set<GatewayProcess>();
  for (const gateway of fleet) void gateway.exited.then(() => gone.add(gateway));
  const began = performance.now();
  let running = true;
  const of = (pair: Pair, index: number) => (seen.get(pair) as Sample[][])[index] as Sample[];
  const client = async (pair: Pair, index: number) => {
    for (; running; await sleep(PAUSE_MS)) {
      const sent = performance.now();
      const status = await statusOf(fleet[index] as GatewayProcess, pair, agents[index] as Agent);
      of(pair, index).push({ sent, received: performance.now(), status });
    }
  };
  const clients = pairs.flatMap((pair) => fleet.map((_, index) => client(pair, index)));
  const everywhere = (holds: (samples: Sample[]) => boolean) =>
    fleet.every((gateway, index) => gone.has(gateway) || pairs.every((pair) => holds(of(pair, index))));
  const answered = (index: number) => pairs.flatMap((pair) => of(pair, index).filter(({ status }) => status !== null));
  return {
    /** Resolves at a moment when every gateway has just accepted every key. */
    fresh: () =>
      until("not every gateway accepted every key at about the same time", () =>
        everywhere((samples) => {
          const last = samples.at(-1);
          return last?.status === 200 && performance.now() - last.received < FRESH_MS;
        }),
      ),
    /**
     * Resolves once every remaining gateway has decided on every key this many times since
     * `moment`.
     */
    judgedSince: (moment: number, times: number) =>
      until("not every gateway judged every key", () =>
        everywhere((samples) => samples.filter(({ sent, status }) => sent > moment && judged(status)).length >= times),
      ),
    perSecond: (index: number, until: number) =>
      Math.round((1_000 * answered(index).filter(({ sent }) => sent < until).length) / (until - began)),
    answeredAfter: (index: number, moment: number) => answered(index).filter(({ sent }) => sent > moment).length,
    /** Requests that were accepted although they were sent after "Deactivated". */
    late: (pair: Pair, { at }: Done) =>
      fleet.flatMap((_, index) =>
        of(pair, index)
          .filter(({ sent, status }) => status === 200 && sent > at)
          .map(
            ({ sent }) =>
              `gateway ${index} accepted key ${pair.number}, sent ${Math.round(sent - at)} ms after "Deactivated"`,
          ),
      ),
    async stop() {
      running = false;
      await Promise.all(clients);
      for (const agent of agents) agent.destroy();
    },
  };
}

const judged = (status: number | null): boolean => status === 200 || status === 403;

/**
 * Null if the gateway does not reply or breaks off. That accepts nothing, and it is no load
 * either.
 */
function statusOf({ port }: GatewayProcess, pair: Pair, agent: Agent): Promise<number | null> {
  return new Promise((resolve) => {
    const options = { port, host: "127.0.0.1", agent, method: "POST", path: "/api/v2/whoami", timeout: 60_000 };
    const sending = request({ ...options, headers: { ...signed(pair), "Content-Length": BODY.length } }, (response) => {
      response.once("end", () => resolve(response.statusCode ?? null)).once("error", () => resolve(null));
      response.resume();
    });
    sending.once("timeout", () => sending.destroy()).once("error", () => resolve(null));
    sending.end(BODY);
  });
}

/**
 * What a gateway's own log shows as accepted after "Deactivated", whenever its replies were read:
 * the gateway writes the log line in the same tick as the reply.
 */
export async function acceptedLate(
  gateway: GatewayProcess,
  pairs: readonly Pair[],
  done: readonly Done[],
): Promise<string[]> {
  const last = await sendOnce(`${gateway.origin}/api/v2/ping`).catch(() => null);
  const id = last?.headers["x-request-id"];
  if (id) await until("the log ends too early", () => gateway.lines().some((line) => line.includes(String(id))));
  const walls = new Map(pairs.map(({ number }, index) => [number, done[index]?.wall]));
  return gateway
    .lines()
    .filter((line) => line.includes('"outcome":"accepted"'))
    .map((line) => JSON.parse(line) as { key: number; time: number })
    .filter(({ key, time }) => time > (walls.get(key) ?? Number.POSITIVE_INFINITY))
    .map(
      ({ key, time }) => `accepted key ${key}, ${time - (walls.get(key) ?? 0)} ms after "Deactivated" by its own log`,
    );
}

async function until(failure: string, condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 60_000; !condition(); await sleep(10))
    if (performance.now() > deadline) throw new Error(`${failure}, within a minute`);
}
