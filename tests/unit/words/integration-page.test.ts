import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type CheckInput, check } from "@/components/integration/check";
import { ERROR_CODES, errorAnswer } from "@/lib/gateway/http/errors";
import { digestOf } from "@/lib/platform/signing/mistakes/node-search";
import { ALGORITHMS } from "@/lib/platform/signing/mistakes/task";
import { digestInBrowser } from "@/lib/platform/signing/mistakes/web-search";
import { CLIENT_REFUSALS } from "@/lib/words/integration/refusals";
import { VECTOR } from "@/lib/words/integration/vector";
import { KEY, MISTAKEN_REQUESTS, SECRET } from "../../kit/gateway/mistakes";

test("the table of refusals contains every one that the gateway returns, with its status", () => {
  const answered = ERROR_CODES.map((code) => [code, errorAnswer(code).status]).sort();
  expect(CLIENT_REFUSALS.map(({ code, status }) => [code, status]).sort()).toEqual(answered);
  for (const { what, remedy } of CLIENT_REFUSALS) expect(`${what} ${remedy}`).toMatch(/^[^.]+\. .+\.$/);
});

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a browser computes the same as the gateway", () => {
  const keys: [string, Uint8Array | null][] = [
    ["a key", bytes(SECRET)],
    ["an empty key", bytes("")],
    ["a key longer than a block", bytes(SECRET.repeat(4))],
    ["no key", null],
  ];
  test.each(ALGORITHMS.flatMap((algorithm) => keys.map(([name, key]) => [algorithm, name, key] as const)))(
    "%s with %s",
    async (algorithm, _, key) => {
      const task = { algorithm, key, data: bytes(VECTOR.body) };
      expect(Buffer.from(await digestInBrowser(task)).toString("hex")).toBe(
        Buffer.from(digestOf(task)).toString("hex"),
      );
    },
  );
});

describe("the checker", () => {
  const entered = (changed: Partial<CheckInput>): CheckInput => ({
    ...{ body: bytes(VECTOR.body), signature: VECTOR.signature, secret: VECTOR.secret, key: "", target: "" },
    ...changed,
  });
  const verdict = (changed: Partial<CheckInput>) => check(entered(changed), () => true);
  const hmac = (data: string, key: string = VECTOR.secret) => createHmac("sha512", key).update(data);

  test("accepts the published vector", async () => {
    expect(await verdict({})).toEqual({ kind: "right" });
    expect(await verdict({ signature: ` ${VECTOR.signature.toUpperCase()}\n`, secret: `${VECTOR.secret}\n` })).toEqual({
      kind: "right",
    });
  });

  test("names a mistake with the right signature", async () => {
    expect(await verdict({ signature: hmac(VECTOR.body).digest("base64") })).toMatchObject({
      kind: "wrong",
      sentences: [["The signature is written in Base64.", expect.any(String)]],
      signature: VECTOR.signature,
      signed: null,
    });
  });

  test("names a mistake of the body with the body that was signed", async () => {
    const found = await verdict({ body: bytes('{ "currency": "BTC", "foreign_id": "123456" }') });
    expect(found).toMatchObject({ kind: "wrong", signed: VECTOR.body });
  });

  test("recognizes the API key and the URL where they are entered", async () => {
    expect(await verdict({ signature: hmac(VECTOR.body, KEY).digest("hex"), key: KEY })).toMatchObject({
      sentences: [["It is signed with an API key.", expect.any(String)]],
    });
    const url = "https://gateway.example/api/v2/whoami?x=1";
    expect(await verdict({ signature: hmac(url).digest("hex"), target: url })).toMatchObject({
      kind: "wrong",
      signed: null,
    });
  });

  test("says so where it finds no mistake, with the right signature", async () => {
    expect(await verdict({ signature: hmac("something else").digest("hex") })).toEqual({
      kind: "unknown",
      sentences: [],
      signature: VECTOR.signature,
    });
  });

  test.each([
    ["hello", "The body is not JSON."],
    ["", "The body is empty."],
    [" \n", "The body is empty."],
    ["{'a':1}", "The body has single quotation marks, as Python prints a dict."],
  ])(
    "a body that the gateway refuses is named, and not called right if it is signed correctly: %s",
    async (body, what) => {
      expect(await verdict({ body: bytes(body), signature: hmac(body).digest("hex") })).toEqual({
        ...{ kind: "wrong", signature: null, signed: null },
        sentences: [
          [expect.stringContaining("the body is not"), expect.stringContaining("bad_content_format")],
          [what, expect.any(String)],
        ],
      });
      expect(await verdict({ body: bytes(body), signature: hmac(body).digest("base64") })).toMatchObject({
        sentences: [
          ["The signature is written in Base64.", expect.any(String)],
          [what, expect.any(String)],
        ],
        signature: null,
      });
      expect(await verdict({ body: bytes(body), signature: "0".repeat(128) })).toMatchObject({
        ...{ kind: body.trim() === "" ? "wrong" : "unknown", signature: null },
        sentences: [[what, expect.any(String)]],
      });
    },
  );

  test("drops the search for earlier input", async () =>
    expect(await check(entered({ signature: "0".repeat(128) }), () => false)).toBeNull());

  const known = MISTAKEN_REQUESTS.filter(
    ({ kind, mistakes, headers }) =>
      kind === "wrong signature" &&
      !/other_merchant|content_encoded/.test(mistakes.join()) &&
      !headers.includes("X-Timestamp"),
  );
  test.each(known)("explains what the gateway does: $name", async ({ headers, body, path }) => {
    const signature = headers[headers.indexOf("X-Processing-Signature") + 1] as string;
    expect(
      await verdict({ body, signature, secret: SECRET, key: KEY, target: `http://127.0.0.1:3271${path}` }),
    ).toMatchObject({
      kind: "wrong",
    });
  });
});
