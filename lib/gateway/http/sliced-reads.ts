import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { turnQueue } from "./turn-queue";

/** Of chunks of one byte this is about a tenth of a millisecond of work. */
export const SLICE_BYTES = 1024;
/** Of a body whose length was announced: as much as is read at once otherwise. */
const PIECE_BYTES = 64 * 1024;

const OWED = Symbol("owed");
export type Sliced = Socket & { [OWED]?: number };

/** One slice in each turn of the event loop, however many connections are read in slices. */
const sliceTurn = turnQueue();

/**
 * From now on node's parser receives what arrives on this connection in slices of 1 KiB while
 * `isLimited` says so: one in a turn of the event loop, whatever the number of connections.
 * Otherwise it parses as much as was read at once, 64 KiB, before anything else runs. A body whose
 * length was announced needs no slices (`announceBody`).
 *
 * How: with a listener for "readable", node buffers what it reads, and each `read` emits its
 * bytes as "data", on which node's own listener parses them. Node pauses and resumes a connection
 * that it reads for more than its client or its API takes; nothing is read in between.
 */
export function readInSlices(socket: Sliced, isLimited: () => boolean = () => true): void {
  if (isSliced(socket) || socket.destroyed) return;
  socket[OWED] = 0;
  begin(socket, isLimited);
}

function begin(socket: Sliced, isLimited: () => boolean): void {
  // A paused connection does not read at all. It would not begin again without node's own listener.
  if (socket.isPaused()) return void socket.once("resume", () => begin(socket, isLimited));
  let [wanted, waiting] = [true, false];
  const { pause, resume } = socket;
  const readNext = () => {
    if (waiting || !wanted) return;
    waiting = true;
    void (isLimited() ? sliceTurn() : nextTurn()).then(() => {
      waiting = false;
      if (!wanted || socket.destroyed) return;
      const [there, owed] = [socket.readableLength, socket[OWED] ?? 0];
      const bytes = isLimited() ? Math.min(there, Math.max(Math.min(owed, PIECE_BYTES), SLICE_BYTES)) : there;
      socket[OWED] = Math.max(owed - bytes, 0);
      // Without a number it reads all that is there, and notices the end.
      socket.read(bytes < there ? bytes : undefined);
      if (socket.readableLength > 0) readNext();
    });
  };
  socket.pause = () => {
    wanted = false;
    return pause.call(socket);
  };
  socket.resume = () => {
    wanted = true;
    readNext();
    return resume.call(socket);
  };
  socket.on("readable", readNext);
}

export const isSliced = (socket: Sliced): boolean => socket[OWED] !== undefined;

/**
 * A body of this length begins on a connection that is read in slices: it may come in one piece.
 */
export function announceBody(socket: Sliced, bytes: number): void {
  socket[OWED] = bytes;
}
