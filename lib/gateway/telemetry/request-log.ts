import pino, { type DestinationStream, type Logger } from "pino";

export type RequestLine = {
  requestId: string;
  method: string;
  route: string;
  source: string | null;
  /** Why the source cannot be read. */
  unreadable: string | undefined;
  outcome: string;
  status: number | undefined;
  upstream: string | undefined;
  key: number | undefined;
  ms: number;
};

/**
 * Writes the one line of a request as `log.info(line, "request")` would, in a third of the time.
 * Every value is a word or number of our own, an address in canonical form, or a method that
 * node's parser knows, so nothing needs escaping.
 */
export function requestLog(log: Logger): (line: RequestLine) => void {
  if (!log.isLevelEnabled("info")) return () => undefined;
  const parts = log as unknown as { [pino.symbols.streamSym]: DestinationStream; [pino.symbols.chindingsSym]: string };
  const output = parts[pino.symbols.streamSym];
  // The process fields of each line, with a comma before them.
  const bindings = parts[pino.symbols.chindingsSym];
  return ({ requestId, method, route, source, unreadable, outcome, status, upstream, key, ms }) =>
    output.write(
      `{"level":30,"time":${Date.now()}${bindings},"requestId":"${requestId}","method":"${method}","route":"${route}","source":${text(source)}` +
        `${unreadable === undefined ? "" : `,"unreadable":"${unreadable}"`},"outcome":"${outcome}"${status === undefined ? "" : `,"status":${status}`}` +
        `${upstream === undefined ? "" : `,"upstream":"${upstream}"`}${key === undefined ? "" : `,"key":${key}`},"ms":${ms},"msg":"request"}\n`,
    );
}

const text = (source: string | null): string => (source === null ? "null" : `"${source}"`);
