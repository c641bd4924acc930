import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { likelyMistake, MOST_EXPLAINED_BYTES } from "@/lib/signing/mistake";
import { signingKey, verify } from "@/lib/signing/signature";
import { writings } from "@/lib/signing/writings";

const SECRET = "s".repeat(64);
const KEY = "K".repeat(32);
const secret = signingKey(Buffer.from(SECRET));
const BODY = '{"currency":"BTC","url":"https://a.example/é","n":[1,2.5]}';
const hmac = (body: string | Uint8Array, by = SECRET) => createHmac("sha512", by).update(body);
const explain = (signature: string, body: string | Uint8Array = BODY) =>
  likelyMistake({ secret, key: KEY, body: Buffer.from(body as string), signature });

describe("the mistake behind a signature that does not match is named", () => {
  test.each<[string, string, string?]>([
    ["base64", hmac(BODY).digest("base64")],
    ["base64", hmac(BODY).digest("base64url")],
    ["base64", Buffer.from(hmac(BODY).digest("hex")).toString("base64")],
    ["trailing_newline", hmac(`${BODY}\n`).digest("hex")],
    ["trailing_newline", hmac(`${BODY}\r\n`).digest("hex")],
    ["trailing_newline", hmac(BODY).digest("hex"), `${BODY}\n`],
    ["trailing_newline", hmac(BODY).digest("hex").toUpperCase(), `${BODY}\r\n`],
    ["byte_order_mark", hmac(`\uFEFF${BODY}`).digest("hex")],
    ["byte_order_mark", hmac(BODY).digest("hex"), `\uFEFF${BODY}`],
    ["key_as_secret", hmac(BODY, KEY).digest("hex")],
    ["rewritten_json", hmac('{"currency": "BTC", "url": "https://a.example/\\u00e9", "n": [1, 2.5]}').digest("hex")],
    ["rewritten_json", hmac('{"currency":"BTC","url":"https:\\/\\/a.example\\/\\u00e9","n":[1,2.5]}').digest("hex")],
    ["rewritten_json", hmac(JSON.stringify(JSON.parse(BODY), null, 2)).digest("hex")],
    ["rewritten_json", hmac(BODY).digest("hex"), BODY.replace(":", " : ")],
    ["rewritten_json", hmac('{"a":"\\u003cb\\u0026"}').digest("hex"), '{"a":"<b&"}'],
  ])("%s (%s)", (mistake, signature, body) => expect(explain(signature, body)).toBe(mistake));
});

test("upper case is no mistake: it is accepted", () =>
  expect(verify(secret, Buffer.from(BODY), hmac(BODY).digest("hex").toUpperCase())).toBe(true));

describe("no mistake is made up", () => {
  test.each([
    ["a signature by nobody", hmac(BODY, "other").digest("hex")],
    ["a signature of another body", hmac('{"currency":"ETH"}').digest("hex")],
    ["the Base64 of another body's signature", hmac("{}").digest("base64")],
    ["no signature at all", "x"],
  ])("%s", (_, signature) => expect(explain(signature)).toBeNull());

  test("whatever bytes and whatever text are sent", () => {
    const unexplained = (body: Uint8Array, signature: string) => explain(signature, body) === null;
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), unexplained));
  });
});

test("a body of 64 KiB is looked into, and one byte more is not", () => {
  const signature = (body: string) => hmac(`${body}\n`).digest("hex");
  const [largest, larger] = [MOST_EXPLAINED_BYTES, MOST_EXPLAINED_BYTES + 1].map((length) => "x".repeat(length)) as [string, string];
  expect(explain(signature(largest), largest)).toBe("trailing_newline");
  expect(explain(signature(larger), larger)).toBeNull();
});

test.each([3_000, MOST_EXPLAINED_BYTES / 2])("brackets within brackets, %i deep, are not written out", (depth) => {
  const body = "[".repeat(depth) + "]".repeat(depth);
  expect(writings(Buffer.from(body))).toEqual([]);
  expect(explain("0".repeat(128), body)).toBeNull();
});
