import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { boundedOutput, pipeTarget } from "@/lib/gateway/log-output";

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
