import { expect, test } from "vitest";
import { freePort } from "../../kit/free-port";

test("no port is chosen twice, though no server has opened it yet", async () => {
  const ports: number[] = [];
  for (let batch = 0; batch < 10; batch++) ports.push(...(await Promise.all(Array.from({ length: 50 }, freePort))));
  expect(new Set(ports).size).toBe(500);
});
