import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Whether a process with this id is alive, whoever owns it. A zombie is not.
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * When a process began, so that a later process with the same id can be told apart; null if there
 * is none.
 * @param {number} pid
 */
export function startTimeOf(pid) {
  if (!isAlive(pid)) return null;
  if (process.platform === "linux") return statOf(pid)?.[19] ?? null;
  return ps(pid, "lstart=");
}

/** The command line of a process; empty if there is none. @param {number} pid */
export function commandOf(pid) {
  if (process.platform !== "linux") return ps(pid, "command=") ?? "";
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/**
 * The parent of a process, or the process that adopted it; null if there is none.
 * @param {number} pid
 */
export function parentOf(pid) {
  return Number(process.platform === "linux" ? statOf(pid)?.[1] : ps(pid, "ppid=")) || null;
}

/**
 * Waits until a process is gone.
 * @param {number} pid
 * @param {number} limit in milliseconds
 * @returns {Promise<boolean>} false when it is still there after that
 */
export async function waitUntilGone(pid, limit) {
  for (const until = Date.now() + limit; isAlive(pid); await delay(25)) if (Date.now() > until) return false;
  return true;
}

/**
 * The processor time of a group's living processes, in a form that changes when they use more.
 * @param {number | undefined} group undefined for a program that could not be started
 */
export function processorTimeOf(group) {
  if (process.platform !== "linux") return ps(group, "time=") ?? "";
  const stats = readdirSync("/proc").flatMap((pid) => (/^\d+$/.test(pid) ? [statOf(pid) ?? []] : []));
  return stats
    .filter((stat) => Number(stat[2]) === group)
    .reduce((sum, stat) => sum + Number(stat[11]) + Number(stat[12]), 0);
}

/**
 * The fields after the name, which is in parentheses and may contain spaces: state, parent,
 * group, …. The 12th and 13th are the clock ticks in user and system mode, the 20th is the start
 * time.
 * @param {number | string} pid
 */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    return null;
  }
}

/** @param {number} pid */
const isZombie = (pid) => process.platform === "linux" && statOf(pid)?.[0] === "Z";

/** @param {number | undefined} pid @param {string} column */
function ps(pid, column) {
  try {
    return (
      execFileSync("ps", ["-o", column, "-p", String(pid)], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim() || null
    );
  } catch {
    return null;
  }
}
