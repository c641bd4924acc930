import { expect, test } from "vitest";
import { circlesIn, importsOf } from "../../house/imports";

const graph = (edges: Record<string, string[]>) =>
  circlesIn(Object.keys(edges), (file) => edges[file] ?? []).map((circle) => circle.sort());

test("import cycles are found, however long they are", () => {
  expect(graph({ a: ["b"], b: ["c"], c: ["a"], d: ["a"] })).toEqual([["a", "b", "c"]]);
  expect(graph({ a: ["b", "c"], b: ["a"], c: ["d"], d: ["c"] }).sort()).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

test("a file that imports itself is a cycle", () => {
  expect(graph({ a: ["a"], b: ["a"] })).toEqual([["a"]]);
});

test("files that only share an import are not a cycle", () => {
  expect(graph({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] })).toEqual([]);
});

test("imports are found by alias and by path, and type imports are ignored", () => {
  expect(importsOf("lib/actions/member-action.ts")).toContain("lib/identity/session/sessions.ts");
  expect(importsOf("app/api/health/route.ts")).toContain("lib/dashboard/health.ts");
  expect(importsOf("lib/actions/member-action.ts")).not.toContain("lib/words/refusals/refusals.ts");
});
