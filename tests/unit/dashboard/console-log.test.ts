// @apart: replaces this process's console
import { afterAll, beforeEach, expect, test } from "vitest";
import { consoleToLog } from "@/lib/dashboard/console-log";
import { inRequest } from "@/lib/dashboard/request-context";
import { createLog } from "@/lib/gateway/log";
import { Busy } from "@/lib/platform/db/database-busy";

const real = { ...console };
let lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines = [];
  consoleToLog(createLog("debug", { write: (line) => void lines.push(JSON.parse(line)) }, "dashboard"));
});
afterAll(() => void Object.assign(console, real));

test("what is printed becomes a line of the log, with the id of its request", async () => {
  const context = { requestId: "r1", method: "POST", path: "/merchants" };
  await inRequest(context, async () => {
    await null;
    console.error(" \u001b[31m⨯\u001b[39m ", Object.assign(new Error("lost"), { digest: "123", code: "P1001" }));
  });
  console.warn("busy");
  expect(lines).toEqual([
    expect.objectContaining({
      ...context,
      level: 50,
      msg: "⨯",
      err: expect.objectContaining({ message: "lost", digest: "123", code: "P1001" }),
    }),
    expect.objectContaining({ level: 40, msg: "busy", process: "dashboard" }),
  ]);
  expect(lines[1]).not.toHaveProperty("requestId");
});

test("properties of an error, and of any other object, are not printed", () => {
  const secret = { client: { password: "s3cret" }, detail: "s3cret", meta: { args: ["s3cret"] } };
  console.error(
    "failed",
    Object.assign(new Error("lost", { cause: Object.assign(new Error("inner"), secret) }), secret),
    secret,
  );
  console.log(secret, ["s3cret"]);
  expect(JSON.stringify(lines)).not.toContain("s3cret");
  expect(lines.map(({ msg }) => msg)).toEqual(["failed", "an unexpected error"]);
});

test("a busy database is no error", () => {
  console.error("⨯", new Busy("57014 query_canceled"));
  expect(lines).toEqual([expect.objectContaining({ level: 40 })]);
});

test("a client that disconnects during its request is not logged", () => {
  console.error(Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
  expect(lines).toEqual([]);
});
