import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { isAlive } from "@/lib/ops/processes.mjs";
import { run, runOrThrow } from "@/lib/ops/run.mjs";
import { program } from "../../kit/gateway/programs";

const module = path.resolve(import.meta.dirname, "../../../lib/ops/run.mjs");
const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Arguments of a program that starts another one, writes both process IDs to a file, and does not
 * end.
 */
function family(name: string): { args: string[]; pids(): Promise<number[]> } {
  const file = path.join(folder, name);
  const source = `
    const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    require("fs").writeFileSync(${JSON.stringify(`${file}.partial`)}, process.pid + " " + child.pid);
    require("fs").renameSync(${JSON.stringify(`${file}.partial`)}, ${JSON.stringify(file)});`;
  const pids = async () => {
    while (!existsSync(file)) await sleep(50);
    return readFileSync(file, "utf8").split(" ").map(Number);
  };
  return { args: ["--eval", source], pids };
}

async function allEnded(pids: number[]): Promise<boolean> {
  for (const until = Date.now() + 15_000; pids.some(isAlive); await sleep(50)) if (Date.now() > until) return false;
  return true;
}

test("a program without any activity is ended, with what it started", async () => {
  const { args, pids } = family("still");
  const running = run(args, { stillMs: 5_000 });
  const started = await pids();
  expect(started.every(isAlive)).toBe(true);
  expect((await running).stuck).toBe(true);
  expect(await allEnded(started)).toBe(true);
});

test("a program that works without output is not ended", async () => {
  // A little at a time: 20 ms in every 100.
  const working = `const end = Date.now() + 6_000;
    const work = () => { for (const until = Date.now() + 20; Date.now() < until; ); if (Date.now() < end) setTimeout(work, 80); };
    work();`;
  expect(await run(["--eval", working], { stillMs: 2_000 })).toMatchObject({ code: 0, stuck: false });
});

test("processes that a program leaves in its group when it ends are ended too", async () => {
  const { args, pids } = family("left");
  const [flag, source = ""] = args as [string, string];
  await run([flag, `${source}; process.exit(0);`]);
  expect(await allEnded(await pids())).toBe(true);
});

test("when the process that runs it is killed with -9, a program ends, with what it started", async () => {
  const { args, pids } = family("orphan");
  const parent = program(
    `const { run } = await import(${JSON.stringify(module)}); await run(${JSON.stringify(args)});`,
  );
  const started = await pids();
  parent.kill("SIGKILL");
  await parent.ended;
  expect(await allEnded(started)).toBe(true);
});

test("a program ends at once if the process that runs it was killed before it began", async () => {
  const file = path.join(folder, "late.pid");
  const begins =
    'echo $$ > "$1.partial"; mv "$1.partial" "$1"; while kill -0 "$2"; do sleep 0.05; done; shift 2; exec "$@"';
  const forever = ["--eval", "setInterval(() => {}, 1000)"];
  const parent = program(`
    const { dieWithParent } = await import(${JSON.stringify(module)});
    const { spawn } = await import("node:child_process");
    const late = [process.execPath, ...dieWithParent.args, ...${JSON.stringify(forever)}];
    spawn("sh", ["-c", ${JSON.stringify(begins)}, "sh", ${JSON.stringify(file)}, String(process.pid), ...late], {
      env: { ...process.env, ...dieWithParent.env }, detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"] });`);
  await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
  const late = Number(readFileSync(file, "utf8"));
  parent.kill("SIGKILL");
  await parent.ended;
  expect(await allEnded([late])).toBe(true);
});

test("a step that fails ends the set-up with the last lines it printed", async () => {
  const failing = run(["--eval", "console.log('what went wrong'); process.exit(3)"]);
  await expect(runOrThrow("The step", failing)).rejects.toThrow("The step failed (exit 3):\nwhat went wrong");
});
