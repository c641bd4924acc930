import { expect, test } from "vitest";
import { createLog } from "@/lib/gateway/log";
import { type RequestLine, requestLog } from "@/lib/gateway/telemetry/request-log";

const WHOLE: RequestLine = {
  ...{
    requestId: "7f0c1c9e-0d8a-4a54-8f43-9c1b3f0f2a11",
    method: "POST",
    route: "/api/v2/whoami",
    source: "2001:db8::1",
  },
  ...{
    unreadable: "X-Forwarded-For: entry 1 of 2 is empty",
    outcome: "accepted",
    status: 200,
    upstream: "answered",
    key: 1042,
    ms: 1.234,
  },
};
const BARE: RequestLine = {
  ...{ ...WHOLE, source: null, unreadable: undefined, outcome: "client_gone" },
  ...{ status: undefined, upstream: undefined, key: undefined, ms: 0 },
};

test.each([
  ["everything there is to say", WHOLE],
  ["no more than must be said", BARE],
])("the line of a request is what the library writes: %s", (_, line) => {
  const written: string[] = [];
  const log = createLog("info", { write: (text) => written.push(text) });
  requestLog(log)(line);
  log.info(line, "request");
  const [ours, theirs] = written.map((text) => text.replace(/"time":\d+/, '"time":0'));
  expect(ours).toBe(theirs);
});

test("a log at level warn contains no line of a request", () => {
  const written: string[] = [];
  requestLog(createLog("warn", { write: (text) => written.push(text) }))(WHOLE);
  expect(written).toEqual([]);
});
