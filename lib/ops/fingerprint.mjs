import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./run.mjs";

/**
 * One hash over files and folders. A path that does not exist counts as empty.
 * @param {string[]} paths relative to the repository's root
 * @param {string} [salt] other input of the hash
 * @param {string[]} [except] folders that are left out
 */
export function fingerprint(paths, salt = "", except = []) {
  const hash = createHash("sha256").update(salt);
  const leftOut = new Set(["lib/generated", ...except]);
  const files = paths.flatMap((each) => filesUnder(each, leftOut)).sort();
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest("hex");
}

/**
 * Runs `work` unless it has already run on the same input. The mark is a file beside the output,
 * so that it is deleted together with the output. While `work` runs there is none: one that is
 * interrupted leaves an output that belongs to no input.
 * @param {string} mark a file
 * @param {string} hash of the inputs
 * @param {() => Promise<void>} work
 * @returns {Promise<"skipped" | void>}
 */
export async function skipIfFresh(mark, hash, work) {
  if (isFresh(mark, hash)) return "skipped";
  rmSync(mark, { force: true });
  await work();
  mkdirSync(path.dirname(mark), { recursive: true });
  writeFileSync(mark, hash);
}

/** @param {string} mark @param {string} hash */
export const isFresh = (mark, hash) => existsSync(mark) && readFileSync(mark, "utf8") === hash;

/** @param {string} relative @param {Set<string>} leftOut @returns {string[]} */
function filesUnder(relative, leftOut) {
  const full = path.join(root, relative);
  if (leftOut.has(relative) || !existsSync(full)) return [];
  if (statSync(full).isFile()) return [relative];
  return readdirSync(full).flatMap((name) => filesUnder(path.join(relative, name), leftOut));
}
