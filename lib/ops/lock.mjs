import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { birthOf } from "./processes.mjs";

/**
 * Takes a lock that ends with its holder, even if that is killed: the file names the process and
 * the time when it began.
 * @returns {{ release(): void, recovered: boolean } | { holder: Record<string, unknown> }}
 *   `recovered`: the last holder was killed
 */
export function takeLock(file, about = {}) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, birth: birthOf(process.pid), ...about }), { mode: 0o600 });
  try {
    let recovered = false;
    while (!linked(mine, file)) {
      const holder = read(file);
      if (holder && birthOf(holder.pid) === holder.birth) return { holder };
      setAside(file, holder);
      recovered = true;
    }
    return { recovered, release: () => rmSync(file, { force: true }) };
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The current holder of the lock, or null. */
export function lockHolder(file) {
  const holder = read(file);
  return holder && birthOf(holder.pid) === holder.birth ? holder : null;
}

function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

// Two starts may find the same dead holder. The slower one would remove the lock of the faster
// one, so it checks what it removed and puts that back.
function setAside(file, seen) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  const taken = read(aside);
  if (taken && taken.birth !== seen?.birth) linked(aside, file);
  rmSync(aside, { force: true });
}
