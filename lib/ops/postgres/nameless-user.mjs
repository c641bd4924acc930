import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { ExpectedError } from "../output.mjs";

/** The user name of this process, or "uid N" for a user without a name. */
export function userName() {
  try {
    return os.userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}

/**
 * Returns the command and arguments for a program, such as initdb, that refuses to run as a user
 * without an entry in /etc/passwd (a container's --user 12345). For such a user it runs in its own
 * user namespace as a user that has an entry. What it writes belongs to the real user.
 * @param {{ uid: number } | null} user the user it runs as, if not this process's user
 * @param {string} command
 * @param {string[]} args
 * @param {import("../run.mjs").User | null} user whom it runs as, if it is not this process's
 * @returns {[string, string[]]}
 */
export function withUserName(command, args, user) {
  if (process.platform !== "linux" || user || hasName()) return [command, args];
  const known = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .find(([, , uid, gid]) => Number(uid) > 0 && Number(gid) > 0);
  const namespace = ["--user", `--map-user=${known?.[2]}`, `--map-group=${known?.[3]}`];
  if (known && works(namespace)) return ["unshare", [...namespace, command, ...args]];
  throw new ExpectedError(
    `PostgreSQL makes no database for a user without a name, and uid ${process.getuid?.()} has no entry in /etc/passwd. Add one, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

function hasName() {
  try {
    return os.userInfo().username !== "";
  } catch {
    return false;
  }
}

/** @param {string[]} namespace the arguments that make it */
function works(namespace) {
  try {
    execFileSync("unshare", [...namespace, "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
