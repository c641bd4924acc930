import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changedFiles, changedSince, firstWithin, testsReachedBy } from "../../runner/quick";

let folder: string;
const IDENTITY = ["-c", "user.name=kit", "-c", "user.email=kit@countersign.example"];
const git = (...args: string[]) =>
  execFileSync("git", [...IDENTITY, ...args], { cwd: folder, encoding: "utf8" }).trim();
let commits = 0;
const commit = () => {
  git("commit", "--quiet", "--allow-empty", `--message=${++commits}`);
  return git("rev-parse", "HEAD");
};

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "countersign-quick-"));
  git("init", "--quiet", "--initial-branch=main");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("on a branch, what changed since it left main", () => {
  const left = commit();
  git("checkout", "--quiet", "-b", "change");
  commit();
  git("checkout", "--quiet", "main");
  commit();
  git("checkout", "--quiet", "change");
  expect(changedSince(folder)).toBe(left);
});

test("on main, what is not pushed yet, and without a remote what is not committed yet", () => {
  const pushed = commit();
  git("update-ref", "refs/remotes/origin/main", pushed);
  commit();
  expect(changedSince(folder)).toBe(pushed);
  git("update-ref", "-d", "refs/remotes/origin/main");
  expect(changedSince(folder)).toBe("HEAD");
});

const write = (file: string, text = "") => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
};

test("changed files are those committed, not yet committed, and untracked", () => {
  write("old.ts");
  write("kept.ts");
  git("add", ".");
  const since = commit();
  write("committed.ts");
  git("add", ".");
  commit();
  write("old.ts", "export {};");
  write("new.ts");
  expect(changedFiles(folder, since).sort()).toEqual(["committed.ts", "new.ts", "old.ts"]);
});

test("a change reaches the tests that import it, the nearest first, and not those that only use it through the kit", async () => {
  write("tsconfig.json", '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }');
  write("lib/rule.ts", "export const rule = 1;");
  write("lib/keys.ts", 'export * from "@/lib/rule";');
  write("tests/kit/merchant.ts", 'import "@/lib/keys";');
  write("tests/unit/far.test.ts", 'import "@/lib/keys";');
  write("tests/integration/near.test.ts", 'await import("@/lib/rule");');
  write("tests/integration/user.test.ts", 'import "../kit/merchant";');
  write("docs/page.md");
  const reached = await testsReachedBy(["lib/rule.ts", "docs/page.md"], folder);
  expect(reached).toEqual({
    tests: ["tests/integration/near.test.ts", "tests/unit/far.test.ts"],
    unseen: ["docs/page.md"],
  });
  const kit = await testsReachedBy(["tests/kit/merchant.ts"], folder);
  expect(kit).toEqual({ tests: ["tests/integration/user.test.ts"], unseen: [] });
  const own = await testsReachedBy(["tests/unit/far.test.ts"], folder);
  expect(own).toEqual({ tests: ["tests/unit/far.test.ts"], unseen: [] });
});

test("as many files as there is time for, and at least one", () => {
  const takes = (file: string) => Number(file);
  expect(firstWithin(10, ["4", "6", "1"], takes)).toEqual(["4", "6"]);
  expect(firstWithin(10, ["40", "1"], takes)).toEqual(["40"]);
  expect(firstWithin(10, ["4", "5"], takes)).toEqual(["4", "5"]);
  expect(firstWithin(10, [], takes)).toEqual([]);
});
