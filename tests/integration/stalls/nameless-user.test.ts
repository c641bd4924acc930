import { execFileSync } from "node:child_process";
import { chownSync, cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchPlace } from "@/lib/ops/postgres/place.mjs";
import { childEnv, root } from "../../kit/child-env";

const UID = 54_321;
const { remove, binaries } = scratchPlace();
const data = path.join(remove, "home/data");

// In a place that another user can read: only the files that are needed.
beforeAll(() => {
  for (const file of ["postgres/nameless-user.mjs", "output.mjs", "ignore-broken-pipe.mjs"])
    cpSync(path.join(root, "lib/ops", file), path.join(remove, "ops", file));
  mkdirSync(path.join(remove, "home"));
  if (process.getuid?.() === 0) chownSync(path.join(remove, "home"), UID, UID);
});
afterAll(() => rmSync(remove, { recursive: true, force: true }));

/** Runs a script as a user who has an id but no name. Returns the output. */
function asNobodyKnown(script: string): string {
  const code = `const { userName, withUserName } = await import(${JSON.stringify(path.join(remove, "ops/postgres/nameless-user.mjs"))});
    const { execFileSync } = await import("node:child_process");
    const initdb = [${JSON.stringify(path.join(binaries, "bin/initdb"))}, ["-D", ${JSON.stringify(data)}, "-U", "postgres", "--no-sync"]];
    ${script}`;
  const node = [process.execPath, "--input-type=module", "-e", code];
  const isRoot = process.getuid?.() === 0;
  const command = isRoot ? node : ["unshare", "--user", `--map-user=${UID}`, `--map-group=${UID}`, ...node];
  const user = isRoot ? { uid: UID, gid: UID } : {};
  return execFileSync(command[0] as string, command.slice(1), {
    ...user,
    env: childEnv(),
    cwd: remove,
    encoding: "utf8",
  });
}

test("a user with a number and no name creates a database, and owns it", () => {
  const alone = `try { execFileSync(...initdb, { stdio: "pipe" }); } catch (error) { console.log(String(error.stderr)); }`;
  expect(asNobodyKnown(alone)).toContain(`could not look up effective user ID ${UID}`);
  const made = `execFileSync(...withUserName(...initdb, null), { stdio: "pipe" });
    const { statSync } = await import("node:fs");
    console.log(statSync(${JSON.stringify(data)}).uid);`;
  expect(asNobodyKnown(made)).toBe(`${UID}\n`);
  expect(existsSync(path.join(data, "PG_VERSION"))).toBe(true);
});

test("an operator's command uses the number as the user's name there", () => {
  expect(asNobodyKnown("console.log(userName())")).toBe(`uid ${UID}\n`);
});
