import { execFileSync } from "node:child_process";

/** The commit where the change in a folder began: on a branch where it left main, on main what was pushed; where that is not known, the last one. */
export function changedSince(folder: string): string {
  const git = (...args: string[]) => gitIn(folder, args);
  const main = git("rev-parse", "--verify", "--quiet", "main");
  const from = main === git("rev-parse", "HEAD") ? "origin/main" : "main";
  return git("merge-base", "HEAD", from) || "HEAD";
}

function gitIn(folder: string, args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}
