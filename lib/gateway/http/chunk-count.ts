import type { IncomingMessage } from "node:http";
import { maxChunks } from "./body";

const COUNT = Symbol("count");
const COUNTS = Symbol("counts");

type Count = { chunks: number; bytes: number; free: number; isOver: boolean; exceeded: () => void };
type Counted = IncomingMessage & { [COUNT]?: Count };
type OnBody = (this: Parser, ...body: [Buffer, ...unknown[]]) => unknown;
/** Node's parser, as far as it is used here. `kOnBody` is where it keeps what to call with a body. */
type Parser = { [place: number]: unknown; [COUNTS]?: true; incoming?: Counted | null } & {
  constructor: { kOnBody?: unknown };
};

/**
 * Counts the chunks of a message's body while they are parsed, and calls `exceeded` at once when
 * there are too many. Nothing more of the body is received then. Returns false if this runtime's
 * parser cannot be watched; the chunks are then counted when the body is read.
 *
 * Attack: everything that one read brings, 64 KiB, is parsed before any of it is handled. Only
 * here can the first of many such reads be told before the others are parsed.
 */
export function countChunks(message: IncomingMessage, free: number, exceeded: () => void): boolean {
  const { parser } = message.socket as { parser?: Parser | null };
  if (!parser || !watch(parser)) return false;
  (message as Counted)[COUNT] = { chunks: 0, bytes: 0, free, isOver: false, exceeded };
  return true;
}

/** Node uses a parser for one connection after the other: a message without a count is passed on. */
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
  count.isOver = ++count.chunks > maxChunks(count.bytes, count.free);
  if (count.isOver) count.exceeded();
  return count.isOver;
}
