import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { startTimeOf } from "./processes.mjs";

/**
 * @typedef {{ pid: number, birth: string | null, origin?: string }} Holder `origin`: what it runs
 */

/**
 * Takes a lock that ends with its holder, even if that is killed: the file names the process and
 * the time when it began.
 * @param {string} file
 * @param {Pick<Holder, "origin">} [about]
 * @returns {{ release(): void, recovered: boolean } | { holder: Holder }} `recovered`: the last
 *   holder was killed
 */
export function takeLock(file, about = {}) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, birth: startTimeOf(process.pid), ...about }), { mode: 0o600 });
  try {
    let recovered = false;
    while (!linked(mine, file)) {
      const holder = read(file);
      if (holder && startTimeOf(holder.pid) === holder.birth) return { holder };
      setAside(file, holder);
      recovered = true;
    }
    return { recovered, release: () => rmSync(file, { force: true }) };
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The current holder of the lock, or null. @param {string} file */
export function lockHolder(file) {
  const holder = read(file);
  return holder && startTimeOf(holder.pid) === holder.birth ? holder : null;
}

/** @param {string} from @param {string} to */
function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} file @returns {Holder | null} */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/**
 * Two starts may find the same dead holder. The slower one would remove the lock of the faster
 * one, so it checks what it removed and puts that back.
 * @param {string} file
 * @param {Holder | null} seen
 */
function setAside(file, seen) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return;
    throw error;
  }
  const taken = read(aside);
  if (taken && taken.birth !== seen?.birth) linked(aside, file);
  rmSync(aside, { force: true });
}
