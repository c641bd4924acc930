import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createLog } from "@/lib/gateway/log";
import { requestLog } from "@/lib/gateway/telemetry/request-log";
import { readableLine } from "@/lib/ops/readable-line.mjs";

const REQUEST = {
  ...{
    requestId: "r1",
    method: "POST",
    route: "/api/v2/whoami",
    source: "203.0.113.7",
    unreadable: undefined,
    outcome: "served",
  },
  ...{ status: 200, upstream: undefined, key: 1042, ms: 2 },
};

/** What a server writes, as a terminal shows it, without the time. */
function atTerminal(write: (log: ReturnType<typeof createLog>) => void): string {
  const output = new PassThrough();
  write(createLog("info", output));
  return readableLine(String(output.read()).trimEnd()).replace(/^\d\d:\d\d:\d\d /, "");
}

test("a request is one line of words", () => {
  expect(atTerminal((log) => requestLog(log)(REQUEST))).toBe(
    "POST /api/v2/whoami 200 served key 1042 from 203.0.113.7 2 ms",
  );
  const refused = {
    ...REQUEST,
    source: null,
    unreadable: "two addresses",
    outcome: "bad_header_key",
    status: 403,
    key: undefined,
  };
  expect(atTerminal((log) => requestLog(log)(refused))).toBe(
    'POST /api/v2/whoami 403 bad_header_key from an unreadable address ("two addresses") 2 ms',
  );
});

test("a warning and an error are marked as such, with what they are about", () => {
  expect(atTerminal((log) => log.warn({ limit: 3, of: "a b" }, "connections are limited"))).toBe(
    'warning connections are limited limit=3 of="a b"',
  );
  expect(atTerminal((log) => log.error({ err: new Error("gone") }, "the flush failed"))).toBe(
    "error the flush failed err=gone",
  );
});

test("nothing that a request contains moves the cursor or begins a line", () => {
  const text = atTerminal((log) => log.info({ path: "\u001b[2J\n\u0007" }, "seen"));
  expect(text).not.toMatch(/\p{Cc}/u);
});

test.each([
  "",
  "▲ Next.js 16.4",
  "{",
  '{"level":30',
  '{"level":30,"time":"x","msg":1}',
  '{"level":30,"time":1e99,"msg":"x"}',
])("%j is shown as it is", (line) => {
  expect(readableLine(line)).toBe(line);
});
