import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CUT,
  type Disturbance,
  deactivateUnderLoad,
  type FleetGateway,
  PAUSED,
  startFleet,
  untilConclusive,
} from "../../kit/gateway/fleet";

// The short run; `npm run test:fault` is the long one.
let fleet: FleetGateway[];

beforeAll(async () => {
  fleet = await startFleet(3);
});
afterAll(() => Promise.all(fleet.map((gateway) => gateway.stop())));

describe("three gateways under load accept nothing after a deactivation was answered, nor a body that began before and ends after", () => {
  test.each([
    ["of ten merchants at once", 10, undefined],
    ["with one gateway cut off from the database, nor after it is back", 10, CUT],
    ["with one gateway paused for three seconds", 10, PAUSED],
  ])("%s", async (_, merchants, disturb) => {
    const round = await untilConclusive(() => deactivateUnderLoad(fleet, merchants, disturb));
    expect(round.late.join("\n")).toBe("");
    expect(Math.min(...round.answeredAfter)).toBeGreaterThan(0);
  });
});

test("a gateway that has stopped does not count in a round: a refused connection is no reply", async () => {
  const [gone] = (await startFleet(1)) as [FleetGateway];
  const killed: Disturbance = { begin: () => gone.signal("SIGKILL"), end: async () => undefined };
  const { late, answeredAfter } = await deactivateUnderLoad([gone], 10, killed).finally(gone.stop);
  expect({ late, answeredAfter }).toEqual({ late: [], answeredAfter: [0] });
});
