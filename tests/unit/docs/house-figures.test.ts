import { expect, test } from "vitest";
import { circlesIn, importsOf } from "../../house/imports";

const graph = (edges: Record<string, string[]>) =>
  circlesIn(Object.keys(edges), (file) => edges[file] ?? []).map((circle) => circle.sort());

test("files that import each other in a circle are found, however long it is", () => {
  expect(graph({ a: ["b"], b: ["c"], c: ["a"], d: ["a"] })).toEqual([["a", "b", "c"]]);
  expect(graph({ a: ["b", "c"], b: ["a"], c: ["d"], d: ["c"] }).sort()).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

test("a file that imports itself is a circle", () => {
  expect(graph({ a: ["a"], b: ["a"] })).toEqual([["a"]]);
});

test("files that only share an import are no circle", () => {
  expect(graph({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] })).toEqual([]);
});

test("imports are found by alias and by path, and types are none", () => {
  expect(importsOf("lib/actions/member-action.ts")).toContain("lib/identity/session/sessions.ts");
  expect(importsOf("app/api/health/route.ts")).toContain("lib/dashboard/health.ts");
  expect(importsOf("lib/actions/member-action.ts")).not.toContain("lib/words/refusals/refusals.ts");
});
