/**
 * @typedef {Record<string, unknown>} Facts
 * @typedef {Facts & { level: number, time: number, msg: string }} Entry
 */

/** @type {Record<number, string>} */
const LEVELS = { 40: "warning", 50: "error", 60: "fatal" };
/** Fields that the line shows in another way, or that are only for programs. */
const LEFT_OUT = new Set(["level", "time", "pid", "process", "hostname", "name", "msg", "requestId"]);

/**
 * Turns a JSON line of a server's log into readable text for a terminal; other lines stay as they
 * are. Values from a request are quoted, so that none of them can move the cursor.
 * @param {string} line
 */
export function readableLine(line) {
  const entry = parsed(line);
  if (!entry) return line;
  const { level, time, msg, ...rest } = entry;
  const clock = new Date(time).toISOString().slice(11, 19);
  const said = msg === "request" ? requestWords(rest) : [msg, ...facts(rest)];
  return [clock, LEVELS[level], ...said].filter(Boolean).join(" ");
}

/** @param {Facts} facts */
function requestWords({ method, route, status, outcome, source, key, ms, unreadable, upstream }) {
  const from = unreadable ? `from an unreadable address (${shown(unreadable)})` : source && `from ${shown(source)}`;
  return [
    method,
    route,
    status,
    outcome,
    key && `key ${key}`,
    from,
    upstream && `upstream ${shown(upstream)}`,
    `${ms} ms`,
  ].filter(Boolean);
}

/** @param {Facts} rest */
const facts = (rest) =>
  Object.entries(rest)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(
      ([name, value]) =>
        `${name}=${name === "err" ? shown(/** @type {Partial<Error> | undefined} */ (value)?.message) : shown(value)}`,
    );

/** @param {unknown} value */
const shown = (value) => (typeof value === "string" && /^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value));

/** @param {string} line @returns {Entry | null} */
function parsed(line) {
  if (!line.startsWith('{"level":')) return null;
  try {
    const entry = JSON.parse(line);
    return !Number.isNaN(new Date(entry.time).getTime()) &&
      typeof entry.time === "number" &&
      typeof entry.msg === "string"
      ? entry
      : null;
  } catch {
    return null;
  }
}
