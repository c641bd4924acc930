import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { boundedOutput, fileTarget, pipeTarget } from "@/lib/gateway/log-output";

const MAX = 256 * 1024;

/** A program that reads its input and repeats it, and can be stopped. */
function reader() {
  const child = spawn("cat", { stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => (text += more));
  return {
    child,
    pipe: child.stdin as Socket,
    lines: () =>
      text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { n?: number; dropped?: number }),
  };
}

test("a reader that stalls costs a bounded amount of memory; when it reads again it sees how many lines were dropped", async () => {
  const { child, pipe, lines } = reader();
  const target = pipeTarget(pipe);
  const output = boundedOutput(target, MAX);
  output.write('{"n":0}\n');
  await new Promise<void>((resolve) => output.flush(resolve));
  await expect.poll(() => lines().length).toBe(1);
  child.kill("SIGSTOP");
  const TOTAL = 50_000;
  for (let n = 1; n < TOTAL; n++) output.write(`{"n":${n},"text":"${"x".repeat(80)}"}\n`);
  expect(target.waiting()).toBeGreaterThan(MAX / 2);
  expect(target.waiting()).toBeLessThanOrEqual(MAX);

  child.kill("SIGCONT");
  await expect.poll(() => target.waiting(), { timeout: 60_000 }).toBe(0);
  await expect.poll(() => lines().some(({ dropped }) => dropped), { timeout: 60_000 }).toBe(true);
  output.write(`{"n":${TOTAL}}\n`);
  await expect.poll(() => lines().at(-1)?.n, { timeout: 60_000 }).toBe(TOTAL);
  const notices = lines().flatMap(({ dropped = [] }) => dropped);
  const numbers = lines().flatMap(({ n = [] }) => n);
  expect(notices).toEqual([TOTAL + 1 - numbers.length]);
  expect(notices[0]).toBeGreaterThan(TOTAL / 2);
  expect(numbers.slice(0, 1_000)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
});

test("the end waits for a reader that reads, and no longer than 2 s for one that does not", async () => {
  const { child, pipe, lines } = reader();
  const output = boundedOutput(pipeTarget(pipe), MAX);
  output.write('{"n":1}\n');
  await new Promise<void>((resolve) => output.flush(resolve));
  await expect.poll(() => lines()).toEqual([{ n: 1 }]);
  child.kill("SIGSTOP");
  for (let n = 0; n < 5_000; n++) output.write(`{"n":1,"text":"${"x".repeat(100)}"}\n`);
  const began = performance.now();
  await new Promise<void>((resolve) => output.flush(resolve));
  expect(performance.now() - began).toBeGreaterThan(1_900);
});

test("a reader that is gone does no harm", async () => {
  const { child, pipe } = reader();
  const target = pipeTarget(pipe);
  const output = boundedOutput(target, MAX);
  child.kill("SIGKILL");
  await once(child, "exit");
  for (let n = 0; n < 50_000; n++) output.write(`{"n":1,"text":"${"x".repeat(100)}"}\n`);
  expect(target.waiting()).toBeLessThanOrEqual(MAX);
  await new Promise<void>((resolve) => output.flush(resolve));
});

const FULL = Object.assign(new Error("full"), { code: "ENOSPC" });

/** A file on a disk with this much room, which may change. */
function fileOn(disk: { room: number }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "countersign-log-"));
  const file = path.join(folder, "log");
  const fd = fs.openSync(file, "a");
  onTestFinished(() => {
    fs.closeSync(fd);
    fs.rmSync(folder, { recursive: true });
  });
  const target = fileTarget(fd, (to, bytes, done) => {
    if (disk.room === 0) return void setImmediate(() => done(FULL, 0));
    const fitting = bytes.subarray(0, disk.room);
    disk.room -= fitting.length;
    fs.write(to, fitting, done);
  });
  return { target, text: () => fs.readFileSync(file, "utf8") };
}

test("what a full disk refuses is written when it has room again, each byte once", async () => {
  const disk = { room: 10 };
  const { target, text } = fileOn(disk);
  target.write("first line\nsecond line\n");
  target.write("third line\n");
  await expect.poll(() => target.waiting()).toBe("\nsecond line\nthird line\n".length);
  expect(text()).toBe("first line");
  disk.room = Number.POSITIVE_INFINITY;
  await target.written();
  expect(text()).toBe("first line\nsecond line\nthird line\n");
  expect(target.waiting()).toBe(0);
});

test("a disk that stays full costs a bounded amount of memory, is not asked all the time, and delays the end by no more than 2 s", async () => {
  let asked = 0;
  const target = fileTarget(-1, (_fd, _bytes, done) => {
    asked++;
    setImmediate(() => done(FULL, 0));
  });
  const output = boundedOutput(target, MAX);
  for (let n = 0; n < 50_000; n++) output.write(`{"n":1,"text":"${"x".repeat(100)}"}\n`);
  expect(target.waiting()).toBeGreaterThan(MAX / 2);
  expect(target.waiting()).toBeLessThanOrEqual(MAX);
  await new Promise<void>((resolve) => output.flush(resolve));
  // Every 100 ms, however many lines there are.
  expect(asked).toBeLessThan(50);
});

test("the lines that wait at the end of the process are written", async () => {
  const disk = { room: 0 };
  const { target, text } = fileOn(disk);
  target.write("a line\n");
  await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
  target.write("the last line\n");
  target.end();
  expect(text()).toBe("a line\nthe last line\n");
});
