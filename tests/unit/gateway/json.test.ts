import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJson, MAX_DEPTH } from "@/lib/gateway/http/json";
import { JSON_WASM } from "@/lib/gateway/http/json-wasm";
import { compiledJson } from "../../kit/gateway/json-wat";

const judged = (text: string) => isJson([Buffer.from(text)]);

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("what is JSON", () => {
  test.each([
    ...[
      "{}",
      "[]",
      "0",
      "-0",
      "12.50",
      "1e5",
      "1E+05",
      "-1.0e-9",
      "true",
      "false",
      "null",
      '""',
      '"\\u00e9\\n\\/"',
      '"é鍵\u2028"',
      '"\u007f"',
    ],
    ...[' \t\r\n{ "a" : [ 1 , { } , [ ] ] , "b" : "" } \n', '[[[]],[{"":{}}]]', '{"a":1,"a":2}'],
  ])("%j", (text) => {
    expect(parses(text)).toBe(true);
    expect(judged(text)).toBe(true);
  });
});

describe("what is not JSON", () => {
  test.each([
    ...[
      "",
      " ",
      "[",
      "]",
      "{",
      "}",
      "[1",
      "[1,",
      "[1,]",
      "[,1]",
      "[1 2]",
      "[1]]",
      "[1}",
      "{]",
      "{,}",
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{"a" 1}',
    ],
    ...[
      "{a:1}",
      "{1:2}",
      "'a'",
      '"',
      '"a',
      '"\\',
      '"\\"',
      '"\\x"',
      '"\\u12"',
      '"\\u12g4"',
      '"a\nb"',
      '"\u0000"',
      '"\\u123',
      "[1]x",
      "1 2",
    ],
    ...[
      "01",
      "-",
      "+1",
      ".5",
      "1.",
      "1.e1",
      "1e",
      "1e+",
      "--1",
      "-a",
      "0x10",
      "NaN",
      "Infinity",
      "tru",
      "truex",
      "nul",
      "True",
      "undefined",
    ],
    ...[
      "\ufeff{}",
      "{}\u00a0",
      "\u000b1",
      "/**/1",
      "1//",
      "{\"a\":1,'b':2}",
      "[[[]]",
      '{"a":[}',
      '[{"a":1]',
      '{"a":{"b":1}',
    ],
  ])("%j", (text) => {
    expect(parses(text)).toBe(false);
    expect(judged(text)).toBe(false);
  });
});

describe("JSON.parse agrees", () => {
  const same = (text: string) => {
    expect([text, judged(text)]).toEqual([text, parses(text)]);
  };
  const spaced = fc
    .tuple(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom("", " ", "\t"))
    .map(([value, by]) => JSON.stringify(value, null, by));

  test("about what is JSON", () => {
    fc.assert(fc.property(spaced, same));
  });

  test("about JSON with a piece removed, repeated or moved", () => {
    const cut = fc.tuple(spaced, fc.nat(), fc.nat(5), fc.nat());
    fc.assert(
      fc.property(cut, ([text, from, length, to]) => {
        const [start, target] = [from % (text.length + 1), to % (text.length + 1)];
        const piece = text.slice(start, start + length);
        const without = text.slice(0, start) + text.slice(start + length);
        for (const changed of [without, text.slice(0, target) + piece + text.slice(target)])
          if (isWell(changed)) same(changed);
      }),
      { numRuns: 2_000 },
    );
  });

  test("about any sequence of JSON's parts", () => {
    const part = fc.constantFrom(
      ...'[]{}:,"\\0123456789+-.eE \n\t\rutrfalsn/bAé\u0001',
      '"a"',
      "true",
      "null",
      "\\u00e9",
      "1.5",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => same(parts.join(""))),
      { numRuns: 5_000 },
    );
  });
});

/** Whether UTF-8 can encode a text: it cannot encode half of a surrogate pair. */
const isWell = (text: string) => Buffer.from(text).toString() === text && isUtf8(Buffer.from(text));

describe("depth", () => {
  test.each([
    ["arrays", "[", "]"],
    ["objects", '{"a":', "}"],
    ["both", '[{"a":', "}]"],
  ])("of %s is bounded", (_, open, close) => {
    const each = open === '[{"a":' ? 2 : 1;
    const nested = (depth: number) => `${open.repeat(depth / each)}1${close.repeat(depth / each)}`;
    expect(judged(nested(MAX_DEPTH))).toBe(true);
    expect(parses(nested(MAX_DEPTH + each))).toBe(true);
    expect(judged(nested(MAX_DEPTH + each))).toBe(false);
  });

  test("does not count brackets in a string or closed ones", () => {
    expect(judged(`"${"[".repeat(5_000)}"`)).toBe(true);
    expect(judged(`[${"[],{},".repeat(5_000)}1]`)).toBe(true);
  });
});

describe("a body in pieces", () => {
  test("is checked like the whole, wherever it is split", () => {
    const texts = ['{"é鍵":["\\u00e9",-1.5e+3,true,null]}', '{"a":"b', "[1,2]]"].map((text) => Buffer.from(text));
    for (const text of texts) {
      for (let cut = 0; cut <= text.length; cut++)
        expect(isJson([text.subarray(0, cut), text.subarray(cut)]), `${text} at ${cut}`).toBe(isJson([text]));
    }
  });

  test("is checked by itself, whatever was checked before it", () => {
    expect(judged(`[${"1,".repeat(1_000)}1]`)).toBe(true);
    for (const text of ["[1", "[1,", '"a', "tru", "1e", '{"a"']) expect(judged(text)).toBe(false);
  });

  test("is not JSON where it is not UTF-8, is empty, or is larger than any body", () => {
    for (const bytes of ["22ff22", "22c322", "22eda08022", "22f8888080808022"])
      expect(isJson([Buffer.from(bytes, "hex")])).toBe(false);
    expect([isJson([]), isJson([Buffer.alloc(0)])]).toEqual([false, false]);
    const largest = Buffer.from(`"${"x".repeat(1024 * 1024 - 2)}"`);
    expect([isJson([largest]), isJson([largest, Buffer.from(" ")])]).toEqual([true, false]);
  });
});

test("the WebAssembly in use is what json.wat compiles to", async () => {
  expect(JSON_WASM).toBe((await compiledJson()).toString("base64"));
});

describe("no loop iterates more than three times a byte, whatever the body", () => {
  const LENGTH = 20_000;
  const filled = (piece: (n: number) => string, open: string, close: string) => {
    let text = open;
    for (let n = 0; text.length < LENGTH; n++) text += (n > 0 ? "," : "") + piece(n);
    return text + close;
  };
  test.each<[string, string]>([
    ["open brackets", "[".repeat(LENGTH)],
    ["open objects", '{"a":'.repeat(LENGTH / 5)],
    ["closed brackets", "]".repeat(LENGTH)],
    ["blanks", " ".repeat(LENGTH)],
    ["a string", `"${"x".repeat(LENGTH)}"`],
    ["a string without an end", `"${"x".repeat(LENGTH)}`],
    ["escapes", `"${"\\u0000".repeat(LENGTH / 6)}"`],
    ["one number", "1".repeat(LENGTH)],
    ["empty arrays", filled(() => "[]", "[", "]")],
    ["empty objects", filled(() => "{}", "[", "]")],
    ["members", filled((n) => `"k${n}":0`, "{", "}")],
    ["objects of as many shapes", filled((n) => `{"k${n}":0}`, "[", "]")],
    ["numbers", filled(() => "1", "[", "]")],
    ["literals", filled(() => "null", "[", "]")],
    ["literals that are none", "n".repeat(LENGTH)],
  ])("%s", async (_, text) => {
    const { exports } = new WebAssembly.Instance(
      new WebAssembly.Module(new Uint8Array(await compiledJson({ counting: true }))),
    );
    const { memory, isJson, turns } = exports as unknown as {
      memory: WebAssembly.Memory;
      isJson(length: number, depth: number): number;
      turns: WebAssembly.Global;
    };
    new Uint8Array(memory.buffer).set(Buffer.from(text));
    isJson(text.length, MAX_DEPTH);
    expect(turns.value).toBeGreaterThan(0);
    expect(turns.value).toBeLessThanOrEqual(3 * text.length);
  });
});
