import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changedSince } from "../runner/quick";

let folder: string;
const IDENTITY = ["-c", "user.name=kit", "-c", "user.email=kit@countersign.example"];
const git = (...args: string[]) => execFileSync("git", [...IDENTITY, ...args], { cwd: folder, encoding: "utf8" }).trim();
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

test("a branch changed what it has over main, from where it left it", () => {
  const left = commit();
  git("checkout", "--quiet", "-b", "change");
  commit();
  git("checkout", "--quiet", "main");
  commit();
  git("checkout", "--quiet", "change");
  expect(changedSince(folder)).toBe(left);
});

test("main changed what was not pushed yet, and without a remote what was not committed yet", () => {
  const pushed = commit();
  git("update-ref", "refs/remotes/origin/main", pushed);
  commit();
  expect(changedSince(folder)).toBe(pushed);
  git("update-ref", "-d", "refs/remotes/origin/main");
  expect(changedSince(folder)).toBe("HEAD");
});
