import { describe, expect, test } from "vitest";
import { connectionsWithin } from "@/lib/http/connections-within";

function within(openFiles: number | null, wanted: object = {}) {
  const warnings: object[] = [];
  const all = { MAX_CONNECTIONS: 2_000, GATEWAY_WORKERS: 1, ...wanted };
  return {
    connections: () => connectionsWithin(openFiles, all, { warn: (fields: object) => void warnings.push(fields) }),
    warnings,
  };
}

describe("as many connections as are wanted are taken", () => {
  test.each<[string, number | null, object]>([
    ["where the system does not say how many files may be open", null, {}],
    ["where it allows any number", Number.POSITIVE_INFINITY, {}],
    ["where it allows them and what the gateway opens for itself", 2_064, {}],
    ["where each needs another to the API behind", 4_064, { UPSTREAM_URL: "http://127.0.0.1:8080" }],
    ["where two ports take as many each", 4_064, { AUTHORIZE_PORT: 3002 }],
    ["where two workers share them", 1_064, { GATEWAY_WORKERS: 2 }],
  ])("%s", (_, openFiles, wanted) => {
    const { connections, warnings } = within(openFiles, wanted);
    expect(connections()).toBe(2_000);
    expect(warnings).toEqual([]);
  });
});

test("fewer are taken where fewer files may be open, and the log says so", () => {
  const { connections, warnings } = within(1_024);
  expect(connections()).toBe(960);
  expect(warnings).toEqual([{ openFiles: 1_024, needed: 2_064, maxConnections: 960 }]);
  expect(within(1_024, { UPSTREAM_URL: "http://127.0.0.1:8080" }).connections()).toBe(480);
  expect(within(1_024, { GATEWAY_WORKERS: 2, MAX_CONNECTIONS: 4_000 }).connections()).toBe(1_920);
});
