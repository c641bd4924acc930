import { Socket } from "node:net";
import pino, { type DestinationStream } from "pino";
import { atMost } from "../platform/at-most";

/** Where lines go: how many bytes wait there, and when those that were written before are gone. */
export type Target = { write(text: string): void; waiting(): number; written(): Promise<void>; end(): void };

export type LogOutput = DestinationStream & { flush(done: () => void): void };

const BATCH = 16_384;
const BATCH_MS = 200;
const MOST_WAITING = 16 * 1024 * 1024;
/** A reader that stalls holds up the end no longer than this. */
const LAST_MS = 2_000;

/**
 * Lines in batches, so that a request does not wait for the disk. Gathers them itself: the library's own batches are counted anew, whole, with each line.
 *
 * Promise: whoever reads the log and stalls costs 16 MiB and no request, and does not keep the process from ending. What comes on top is dropped, and
 * the log says how many lines it were as soon as it is read again.
 */
export function bounded(target: Target, most = MOST_WAITING): LogOutput {
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
      void atMost(LAST_MS, target.written()).then(done);
    },
  };
}

const notice = (dropped: number): string =>
  `${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, dropped, msg: "nobody read the log, and lines were dropped" })}\n`;

/** A pipe or socket, written without a thread: one that is stuck in a write would keep the process from ending. */
export function pipeTarget(pipe: Socket): Target {
  pipe.on("error", () => undefined);
  return {
    write: (text) => void pipe.write(text),
    waiting: () => pipe.writableLength,
    written: () => new Promise((resolve) => void pipe.write("", () => resolve())),
    end: () => undefined,
  };
}

/** A file or a terminal, written by a thread. */
function fileTarget(fd: number): Target {
  const output = pino.destination({ dest: fd, sync: false, minLength: 1 });
  let waiting = 0;
  output.on("write", (bytes: number) => {
    waiting -= bytes;
  });
  return {
    write(text) {
      waiting += Buffer.byteLength(text);
      output.write(text);
    },
    waiting: () => waiting,
    written: () => new Promise((resolve) => output.flush(() => resolve())),
    end: () => output.flushSync(),
  };
}

export const standardOutput = (): LogOutput =>
  bounded(process.stdout instanceof Socket && !process.stdout.isTTY ? pipeTarget(process.stdout) : fileTarget(1));
