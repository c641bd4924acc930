import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockHolder, takeLock } from "@/lib/ops/lock.mjs";
import { program } from "../../kit/gateway/programs";

const module = path.resolve(import.meta.dirname, "../../../lib/ops/lock.mjs");
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "countersign-lock-"));
  file = path.join(folder, "running.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const holding = `const { takeLock } = await import(process.argv[1]); console.log(takeLock(process.argv[2], { origin: "here" }).holder ? "refused" : "held"); setInterval(() => {}, 1000);`;
const holder = () =>
  program(
    holding.replaceAll("process.argv[1]", JSON.stringify(module)).replaceAll("process.argv[2]", JSON.stringify(file)),
  );

describe("the lock of a folder", () => {
  test("a second start is refused, and names the holder", async () => {
    const first = holder();
    expect(await first.line()).toBe("held");
    expect(takeLock(file)).toEqual({ holder: { pid: first.child.pid, birth: expect.any(String), origin: "here" } });
    first.kill("SIGKILL");
    await first.ended;
  });

  test("of ten concurrent starts, nine are refused", async () => {
    const starts = Array.from({ length: 10 }, holder);
    const answers = await Promise.all(starts.map((start) => start.line()));
    for (const start of starts) start.kill("SIGKILL");
    expect(answers.filter((answer) => answer === "held")).toHaveLength(1);
    await Promise.all(starts.map(({ ended }) => ended));
  });

  test("a process that was killed no longer holds the lock", async () => {
    const first = holder();
    await first.line();
    first.kill("SIGKILL");
    await first.ended;
    expect(lockHolder(file)).toBeNull();
    expect(takeLock(file)).toMatchObject({ recovered: true });
  });

  test("another process that now has the holder's process id does not hold it", () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, birth: "another time" }));
    expect(takeLock(file)).toMatchObject({ recovered: true });
  });

  test("a file truncated by a full disk does not block anyone", () => {
    writeFileSync(file, '{"pid":');
    expect(takeLock(file)).toMatchObject({ recovered: true });
  });

  test("a released lock leaves nothing behind", () => {
    const lock = takeLock(file);
    if ("release" in lock) lock.release();
    expect(existsSync(file)).toBe(false);
  });
});
