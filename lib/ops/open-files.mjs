import { readFileSync } from "node:fs";
import { ExpectedError } from "./output.mjs";

/** How many files this process may have open at a time, sockets included; null where the system does not say. Node has raised it as far as it may. */
export function mostOpenFiles() {
  try {
    const most = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return most === undefined ? null : most === "unlimited" ? Number.POSITIVE_INFINITY : Number(most);
  } catch {
    return null;
  }
}

/**
 * Refuses with one line where a program may not open the files it needs, instead of failing at one
 * it then happens to open.
 * @param {string} name the program's
 * @param {number} needed
 */
export function claimOpenFiles(name, needed, most = mostOpenFiles()) {
  if (most !== null && most < needed)
    throw new ExpectedError(`${name} can open ${most} files at a time here, and needs ${needed}. Raise the limit: ulimit -n ${needed}`);
}
