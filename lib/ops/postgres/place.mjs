import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { ExpectedError, print } from "../output.mjs";
import { root } from "../run.mjs";
import { postgresBinaries } from "./binaries.mjs";

/** @import { User } from "../run.mjs" */

/**
 * The folders of a cluster and the user it runs as. PostgreSQL refuses to run as root. So root's
 * cluster runs as another user, and everything that user must read is outside the clone, which
 * that user may not be able to read.
 * @typedef {object} Place
 * @property {string} binaries
 * @property {string} data
 * @property {string} log
 * @property {User | null} user
 * @property {string} [remove] the whole folder of a temporary cluster
 */

/**
 * The demo's cluster: in .data/, or for root in /var/lib or /var/tmp.
 * @param {string} dataFolder
 * @param {string} installation its name
 * @returns {Place}
 */
export function demoPlace(dataFolder, installation) {
  const log = path.join(dataFolder, "postgres.log");
  const user = otherUser();
  if (!user) return { binaries: postgresBinaries(null), data: path.join(dataFolder, "postgres"), log, user };
  const folder = path.join(
    existsSync("/var/lib") ? "/var/lib" : "/var/tmp",
    `countersign-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`,
  );
  ownFolder(folder);
  forgetEarlierClone(folder, installation);
  return { binaries: postgresBinaries(folder), data: path.join(folder, "data"), log, user };
}

/** A temporary cluster; its guard deletes it at the end. @returns {Place & { remove: string }} */
export function scratchPlace(parent = os.tmpdir()) {
  const folder = mkdtempSync(path.join(parent, "countersign-test-"));
  return { ...placeIn(folder), remove: folder };
}

/**
 * A cluster in an existing folder that its user can reach.
 * @param {string} folder
 * @returns {Place}
 */
export function placeIn(folder) {
  const user = otherUser();
  if (user) chmodSync(folder, 0o755);
  return {
    binaries: postgresBinaries(user && folder),
    data: path.join(folder, "data"),
    log: path.join(folder, "postgres.log"),
    user,
  };
}

/**
 * Creates an empty folder that only the cluster's user can enter.
 * @param {User | null} user
 * @param {string} folder
 */
export function makeFolderOf(user, folder) {
  mkdirSync(folder, { mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
}

/** @returns {User | null} */
function otherUser() {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "_postgres", "nobody"]) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new ExpectedError(
    "PostgreSQL does not run as root, and this system has neither a user postgres nor nobody. Run this as an ordinary user.",
  );
}

/** @param {string} folder */
function ownFolder(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new ExpectedError(`${folder} belongs to somebody else. Remove it, then start again.`);
  chmodSync(folder, 0o755);
}

/**
 * The passwords and keys of a cluster are in .data/. If that folder is new, an older cluster is
 * useless.
 * @param {string} folder
 * @param {string} installation
 */
function forgetEarlierClone(folder, installation) {
  const mark = path.join(folder, "installation");
  const known = existsSync(mark) ? readFileSync(mark, "utf8") : null;
  if (known === installation) return;
  if (known)
    print(`  The database of an earlier clone at this path is removed: its keys went with that clone's .data folder.`);
  rmSync(path.join(folder, "data"), { recursive: true, force: true });
  writeFileSync(mark, installation, { mode: 0o600 });
}
