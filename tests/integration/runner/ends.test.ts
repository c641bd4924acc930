import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAlive } from "@/lib/ops/processes.mjs";
import { childEnv, root } from "../../kit/child-env";

/** What a test of the copy started and did not end. The copy's run must end it. */
type Left = { pids: number[]; port: number; folder: string; cluster: string };

let copy: string;

/** `npm test` can run only once per folder, so these runs use a copy of it. */
beforeAll(() => {
  copy = mkdtempSync(path.join(os.tmpdir(), "countersign-runner-"));
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of files.split("\n").filter((file) => file && existsSync(path.join(root, file))))
    cpSync(path.join(root, file), path.join(copy, file));
  cpSync(path.join(root, "lib/generated"), path.join(copy, "lib/generated"), { recursive: true });
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const FIXTURE = (end: string) => `
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";

test("leaves a server, its child and a folder behind", async () => {
  const child = "setInterval(() => {}, 1000); process.on('SIGTERM', () => {});";
  const server = \`const child = require("child_process").spawn(process.execPath, ["-e", \${JSON.stringify(child)}], { detached: true });
    const server = require("net").createServer().listen(0, "127.0.0.1", () => console.log(child.pid + " " + server.address().port));\`;
  const left = spawn(process.execPath, ["-e", server], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(left.stdout, "data");
  const [pid, port] = String(line).split(" ").map(Number);
  const folder = mkdtempSync(path.join(tmpdir(), "left-"));
  const told = { pids: [left.pid, pid], port, folder: path.dirname(folder), cluster: process.env.TEST_CLUSTER_URL ?? "" };
  writeFileSync(process.env.LEFT + ".partial", JSON.stringify(told));
  renameSync(process.env.LEFT + ".partial", process.env.LEFT);
  ${end}
});
`;

/**
 * Runs the fixture and other files in the copy, as `npm test -- PART` does. `told` resolves once
 * its processes run.
 */
function run(part: "unit" | "integration", end: string, others: Record<string, string> = {}) {
  const left = path.join(copy, "left.json");
  rmSync(left, { force: true });
  const files = Object.entries({ fixture: FIXTURE(end), ...others }).map(([name, text]) => ({
    file: `tests/${part}/${name}.test.ts`,
    text,
  }));
  for (const { file, text } of files) writeFileSync(path.join(copy, file), text);
  const env = childEnv({ ...process.env, LEFT: left, TEST_CLUSTER_URL: undefined, TEST_STILL_SECONDS: "8" });
  const child = spawn(process.execPath, ["tests/runner/test.mjs", part, ...files.map(({ file }) => file)], {
    cwd: copy,
    env,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      console.log(text);
    });
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once("close", (code) => {
      for (const { file } of files) rmSync(path.join(copy, file));
      resolve({ code, output });
    });
  });
  const told = async (): Promise<Left> => {
    while (!existsSync(left) && child.exitCode === null) await sleep(50);
    if (!existsSync(left)) throw new Error(output);
    return JSON.parse(readFileSync(left, "utf8"));
  };
  return { child, ended, told };
}

async function nothingIsLeft({ pids, port, folder, cluster }: Left): Promise<void> {
  await expect.poll(() => pids.filter(isAlive), { timeout: 60_000 }).toEqual([]);
  await expect.poll(() => existsSync(folder), { timeout: 60_000 }).toBe(false);
  await expect.poll(() => isListening(port), { timeout: 60_000 }).toBe(false);
  if (cluster) await expect.poll(() => isListening(Number(new URL(cluster).port)), { timeout: 60_000 }).toBe(false);
}

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

describe("a test run leaves nothing behind, and says what it had to end", () => {
  test("when all tests pass: a leftover is a failure", async () => {
    const { ended, told } = run("unit", "");
    const left = await told();
    const { code, output } = await ended;
    await nothingIsLeft(left);
    expect(output).toMatch(/leftovers: nothing is left behind[\s\S]*a temporary file: left-/);
    expect([code, output.trimEnd().split("\n").at(-1)]).toEqual([1, "1 passed, 1 failed"]);
  });

  test("when a test fails and others hang: each is named, and the tests after them run", async () => {
    const standsStill = `import { test } from "vitest"; test("stands still", () => new Promise(() => {}));`;
    const fails = `import { expect, test } from "vitest"; test("fails", () => expect("red").toBe("green"));`;
    const passes = `import { test } from "vitest"; test("passes", () => {});`;
    const { ended, told } = run("unit", "await new Promise(() => {});", {
      "a-fixture": fails,
      "g-fixture": standsStill,
      "z-fixture": passes,
    });
    const left = await told();
    const { code, output } = await ended;
    await nothingIsLeft(left);
    expect(output).toContain("expected 'red' to be 'green'");
    expect(output).toContain("npm test -- unit tests/unit/a-fixture.test.ts --only 'fails'");
    // Vitest sometimes never reports that a test began: then its file is named.
    for (const title of [
      "leaves a server, its child and a folder behind|tests/unit/fixture",
      "stands still|tests/unit/g-fixture",
    ])
      expect(output).toMatch(new RegExp(`unit: (${title})\\S*\\s+Nothing had moved for 8 s`));
    // Besides the three tests: the process that was ended, and what was left behind.
    expect([code, output.trimEnd().split("\n").at(-1)]).toEqual([1, "1 passed, 5 failed"]);
  });

  test("when it is interrupted with Ctrl-C", async () => {
    const { child, ended, told } = run("integration", "await new Promise(() => {});");
    const left = await told();
    child.kill("SIGINT");
    expect((await ended).code).toBe(1);
    await nothingIsLeft(left);
  });

  test("when it is killed with -9", async () => {
    const { child, ended, told } = run("integration", "await new Promise(() => {});");
    const left = await told();
    child.kill("SIGKILL");
    await ended;
    await nothingIsLeft(left);
  });
});

test("npm run test:busy runs the tests on busy processors, then on one, and adds up the results", async () => {
  const file = "tests/unit/busy-fixture.test.ts";
  writeFileSync(path.join(copy, file), `import { test } from "vitest"; test("passes", () => {});`);
  const child = spawn(process.execPath, ["tests/runner/busy.mjs", "unit", file], {
    cwd: copy,
    env: childEnv(process.env),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      console.log(text);
    });
  const [code] = await once(child, "close");
  rmSync(path.join(copy, file));
  // Each run also looks for what it left behind.
  expect(output).toMatch(/^4 busy programs on two processors$[\s\S]*^one processor$/m);
  expect([code, output.trimEnd().split("\n").at(-1)]).toEqual([0, "4 passed, 0 failed"]);
});
