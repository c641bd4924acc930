import { describe, expect, test } from "vitest";
import { createLog } from "@/lib/gateway/log";

function logged(fields: object, level = "info"): string {
  let text = "";
  createLog(level, { write: (line) => (text += line) }).warn(fields, "told");
  return text;
}

describe("the log of an error", () => {
  test("holds its name, message, code, stack and causes", () => {
    const cause = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    const { err } = JSON.parse(logged({ err: new TypeError("lost", { cause }) }));
    expect(err).toMatchObject({
      name: "TypeError",
      message: "lost",
      stack: expect.stringContaining("log.test"),
      cause: { code: "ECONNRESET" },
    });
  });

  test.each([
    ["the driver's client", { client: { secretKey: "s3cret", connectionParameters: { password: "s3cret" } } }],
    ["the database's detail", { detail: "Failing row contains (s3cret)", where: "s3cret" }],
    ["a parser's raw packet", { rawPacket: Buffer.from("s3cret") }],
  ])("leaves out %s", (_, properties) => {
    const text = logged({
      err: Object.assign(new Error("lost", { cause: Object.assign(new Error("inner"), properties) }), properties),
    });
    expect(text).not.toContain("s3cret");
    expect(text).not.toContain("data");
  });

  test("contains nothing of a thrown value that is not an error", () => {
    for (const value of ["s3cret", { secret: "s3cret" }]) expect(logged({ err: value })).not.toContain("s3cret");
  });
});

test("the log is silent at the level silent", () => {
  expect(logged({ any: 1 }, "silent")).toBe("");
});
