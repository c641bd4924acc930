import { afterAll, beforeAll, expect, test } from "vitest";
import {
  CUT,
  type Disturbance,
  deactivateUnderLoad,
  type FleetGateway,
  PAUSED,
  startFleet,
  untilConclusive,
} from "../kit/gateway/fleet";

// The long run of the deactivation promise: 100 merchants each, 10 at once, against three
// gateways.
const ROUNDS = 10;
const AT_ONCE = 10;
let fleet: FleetGateway[];

beforeAll(async () => {
  fleet = await startFleet(3);
});
afterAll(() => Promise.all(fleet.map((gateway) => gateway.stop())));

test.each<[string, Disturbance | undefined]>([
  ["nothing else wrong", undefined],
  ["one gateway cut off from the database, and back", CUT],
  ["one gateway paused for three seconds", PAUSED],
])(
  "100 deactivations under load, %s: nothing is accepted once one has returned, not even a body that began before and ends after",
  async (name, disturb) => {
    const slowest = [];
    for (let number = 0; number < ROUNDS; number++) {
      const round = await untilConclusive(() => deactivateUnderLoad(fleet, AT_ONCE, disturb));
      expect(round.late.join("\n")).toBe("");
      expect(Math.min(...round.answeredAfter)).toBeGreaterThan(0);
      slowest.push(Math.min(...round.perSecond));
      // The runner ends a test that prints nothing for a minute.
      console.log(`${name}: round ${number + 1} of ${ROUNDS} is over`);
    }
    console.log(
      `${name}: ${ROUNDS * AT_ONCE} deactivations, 0 accepted afterwards; slowest gateway of each round, requests a second: ${slowest}`,
    );
  },
);
