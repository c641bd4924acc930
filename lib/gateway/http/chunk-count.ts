import type { IncomingMessage } from "node:http";
import { maxChunks } from "./body";

const COUNT = Symbol("count");
const COUNTS = Symbol("counts");

/** How many chunks are small is told in steps of this many. */
export const SMALL_STEP = 100;

type Limit = {
  /** This many chunks may be as small as they like. */
  free: number;
  /** Called at once when there are too many chunks. */
  exceeded(): void;
  /** Called each time that another `SMALL_STEP` chunks were small. */
  small(): void;
};
type Count = Limit & { chunks: number; bytes: number; told: number; isOver: boolean };
type Counted = IncomingMessage & { [COUNT]?: Count };
type OnBody = (this: Parser, ...body: [Buffer, ...unknown[]]) => unknown;
/**
 * Node's parser, as far as it is used here. `kOnBody` is where it keeps what to call with a body.
 */
type Parser = { [place: number]: unknown; [COUNTS]?: true; incoming?: Counted | null } & {
  constructor: { kOnBody?: unknown };
};

/**
 * Counts the chunks of a message's body while they are parsed. Once there are too many, nothing
 * more of the body is received. Where a runtime's parser cannot be watched, they are only counted
 * when the body is read.
 *
 * Attack: everything that one read brings, 64 KiB, is parsed before any of it is handled. Only
 * here can the first of many such reads be told before the others are parsed.
 */
export function countChunks(message: IncomingMessage, limit: Limit): void {
  const { parser } = message.socket as { parser?: Parser | null };
  if (parser && watch(parser)) (message as Counted)[COUNT] = { ...limit, chunks: 0, bytes: 0, told: 0, isOver: false };
}

/**
 * Node uses a parser for one connection after the other: a message without a count is passed on.
 */
function watch(parser: Parser): boolean {
  if (parser[COUNTS]) return true;
  const { kOnBody } = parser.constructor;
  if (typeof kOnBody !== "number") return false;
  const onBody = parser[kOnBody];
  if (typeof onBody !== "function") return false;
  const counted: OnBody = function (...body) {
    const count = this.incoming?.[COUNT];
    if (count && isTooMuch(count, body[0].length)) return;
    return (onBody as OnBody).apply(this, body);
  };
  parser[kOnBody] = counted;
  parser[COUNTS] = true;
  return true;
}

/** Once there were too many, nothing is passed on any more: a body must not have a hole. */
function isTooMuch(count: Count, bytes: number): boolean {
  if (count.isOver) return true;
  count.bytes += bytes;
  const small = ++count.chunks - maxChunks(count.bytes, 0);
  if (small >= count.told + SMALL_STEP) {
    count.told += SMALL_STEP;
    count.small();
  }
  count.isOver = small > count.free;
  if (count.isOver) count.exceeded();
  return count.isOver;
}
