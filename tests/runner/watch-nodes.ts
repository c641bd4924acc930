import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";

const EVERY_MS = 1_000;

/**
 * Looks once a second which Node the processes run that have `folder` in their PATH. Only Linux can
 * show this. `end` looks once more, and returns how many ran the Node in that folder and the
 * commands of all others.
 */
export function watchNodes(folder: string): { end(): { own: number; others: string[] } } {
  const own = new Set<string>();
  const others = new Map<string, string>();
  const look = () => {
    for (const pid of process.platform === "linux" ? readdirSync("/proc") : []) {
      const program = /^\d+$/.test(pid) ? nodeOf(pid, folder) : null;
      if (program && path.dirname(program.file) === folder) own.add(pid);
      else if (program) others.set(pid, program.command);
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    end() {
      clearInterval(timer);
      look();
      return { own: own.size, others: [...others.values()] };
    },
  };
}

function nodeOf(pid: string, folder: string): { file: string; command: string } | null {
  try {
    const file = readlinkSync(`/proc/${pid}/exe`);
    if (path.basename(file) !== "node") return null;
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    if (!environment.some((line) => line.startsWith(`PATH=`) && line.includes(folder))) return null;
    return { file, command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() };
  } catch {
    return null;
  }
}
