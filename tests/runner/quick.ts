import { execFileSync } from "node:child_process";
import { root } from "@/lib/ops/run.mjs";

/** Where the change under work began: at main, or on main itself at what was pushed; where neither is known, at the last commit. */
export function changedSince(): string {
  const main = git("rev-parse", "--verify", "--quiet", "main");
  const from = main === git("rev-parse", "HEAD") ? "origin/main" : "main";
  return git("merge-base", "HEAD", from) || "HEAD";
}

function git(...args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}
