import { readFileSync } from "node:fs";
import { ExpectedError } from "./output.mjs";

/**
 * How many files, including sockets, this process can have open; null if the system does not tell.
 * Node has already raised this limit as far as it is allowed to.
 */
export function maxOpenFiles() {
  try {
    const most = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return most === undefined ? null : most === "unlimited" ? Number.POSITIVE_INFINITY : Number(most);
  } catch {
    return null;
  }
}

/**
 * Refuses with one line if a program cannot open the files it needs, instead of failing later.
 * @param {string} name the program's
 * @param {number} needed
 */
export function claimOpenFiles(name, needed, most = maxOpenFiles()) {
  if (most !== null && most < needed)
    throw new ExpectedError(
      `${name} can open ${most} files at a time here, and needs ${needed}. Raise the limit: ulimit -n ${needed}`,
    );
}
