import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { commandOf, waitUntilGone } from "../processes.mjs";

/**
 * Sent in turn until the server is gone.
 * @type {[signal: NodeJS.Signals, milliseconds: number][]}
 */
const LIMITS = [
  ["SIGINT", 8_000],
  ["SIGQUIT", 5_000],
  ["SIGKILL", 5_000],
];

/**
 * Ends a server that a killed run left behind on this data folder, and removes its stale pid file.
 * The caller holds the folder's lock, so nobody uses that server.
 * @param {string} data the folder
 * @returns {Promise<boolean>} whether anything was left
 */
export async function endOrphanedServer(data) {
  const file = path.join(data, "postmaster.pid");
  const pid = pidIn(file);
  if (pid === null) return false;
  // The pid may belong to another program by now, so only a server of this folder is ended.
  if (isServerOf(pid, data)) {
    for (const [signal, limit] of LIMITS) {
      signalTo(pid, signal);
      if (await waitUntilGone(pid, limit)) break;
    }
  }
  rmSync(file, { force: true });
  return true;
}

/** @param {string} file */
function pidIn(file) {
  try {
    return Math.abs(Number(readFileSync(file, "utf8").split("\n")[0])) || null;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return null;
    throw error;
  }
}

/** @param {number} pid @param {string} data */
function isServerOf(pid, data) {
  const command = commandOf(pid);
  return command.includes("postgres") && command.includes(data);
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalTo(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {}
}
