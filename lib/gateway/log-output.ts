import fs from "node:fs";
import { Socket } from "node:net";
import type { DestinationStream } from "pino";
import { withTimeout } from "../platform/with-timeout";

/**
 * Where log lines go. `waiting` is the number of bytes not yet written; `written` resolves when
 * everything written before it is out.
 */
export type Target = { write(text: string): void; waiting(): number; written(): Promise<void>; end(): void };

export type LogOutput = DestinationStream & { flush(done: () => void): void };

/** Characters. With 16 KiB the thread that writes a file cost twice the processor time a line. */
const BATCH = 65_536;
const BATCH_MS = 200;
const MAX_WAITING = 16 * 1024 * 1024;
/** The longest that a stalled reader delays the end of the process. */
const LAST_MS = 2_000;

/**
 * Writes lines in batches, so that a request does not wait for the disk. It builds the batches
 * itself, because pino's own batching measures the whole batch again for each line.
 *
 * Promise: a log reader that stalls costs 16 MiB of memory. It delays no request, and it does not
 * keep the process from ending. Lines beyond the 16 MiB are dropped, and the log says how many as
 * soon as it is read again.
 */
export function boundedOutput(target: Target, most = MAX_WAITING): LogOutput {
  let batch = "";
  let [lines, dropped] = [0, 0];
  const handOn = () => {
    if (lines === 0 && dropped === 0) return;
    const text = (dropped > 0 ? notice(dropped) : "") + batch;
    if (target.waiting() + text.length <= most) {
      target.write(text);
      dropped = 0;
    } else dropped += lines;
    [batch, lines] = ["", 0];
  };
  setInterval(handOn, BATCH_MS).unref();
  process.on("exit", () => {
    handOn();
    target.end();
  });
  return {
    write(line) {
      batch += line;
      lines++;
      if (batch.length >= BATCH) handOn();
    },
    flush(done) {
      handOn();
      void withTimeout(LAST_MS, target.written()).then(done);
    },
  };
}

const notice = (dropped: number): string =>
  `${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, dropped, msg: "nobody read the log, and lines were dropped" })}\n`;

/**
 * A pipe or socket, written without a thread: a thread stuck in a write would keep the process
 * from ending.
 */
export function pipeTarget(pipe: Socket): Target {
  pipe.on("error", () => undefined);
  return {
    write: (text) => void pipe.write(text),
    waiting: () => pipe.writableLength,
    written: () => new Promise((resolve) => void pipe.write("", () => resolve())),
    end: () => undefined,
  };
}

type WriteFile = (fd: number, bytes: Buffer, done: (error: Error | null, written: number) => void) => void;

const RETRY_MS = 100;

/**
 * A file or a terminal, written by a thread.
 *
 * Promise: a disk that is full costs lines of the log and nothing else. What it refuses is written
 * again later; at the end of the process it is tried once.
 */
export function fileTarget(fd: number, write: WriteFile = fs.write): Target {
  const parts: Buffer[] = [];
  /** Bytes. */
  let [given, gone] = [0, 0];
  let state: "idle" | "writing" | "refused" = "idle";
  let toTell: { at: number; resolve(): void }[] = [];
  const next = () => {
    const [part] = parts;
    if (!part || state !== "idle") return;
    state = "writing";
    write(fd, part, (error, written) => {
      state = error ? "refused" : "idle";
      if (error) return void setTimeout(again, RETRY_MS).unref();
      gone += written;
      if (written < part.length) parts[0] = part.subarray(written);
      else parts.shift();
      for (const { at, resolve } of toTell) if (at <= gone) resolve();
      toTell = toTell.filter(({ at }) => at > gone);
      next();
    });
  };
  const again = () => {
    state = "idle";
    next();
  };
  return {
    write(text) {
      const part = Buffer.from(text);
      given += part.length;
      parts.push(part);
      next();
    },
    waiting: () => given - gone,
    written: () => (given === gone ? Promise.resolve() : new Promise((resolve) => toTell.push({ at: given, resolve }))),
    end() {
      try {
        for (const part of state === "writing" ? parts.slice(1) : parts)
          for (let rest = part; rest.length > 0; ) rest = rest.subarray(fs.writeSync(fd, rest));
      } catch {
        // There is no room for these lines.
      }
    },
  };
}

export const standardOutput = (): LogOutput =>
  boundedOutput(process.stdout instanceof Socket && !process.stdout.isTTY ? pipeTarget(process.stdout) : fileTarget(1));
