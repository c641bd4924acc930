import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { explain } from "@/lib/platform/signing/mistakes/explain";
import { runNow } from "@/lib/platform/signing/mistakes/node-search";
import { plainMistakes, search } from "@/lib/platform/signing/mistakes/search";
import { wordsOf } from "@/lib/platform/signing/mistakes/words/words";
import { HOST, KEY, SECRET } from "../../kit/gateway/mistakes";

/** Signatures of a wrong length, requests without a body, and rare ways of joining texts. */

const BODY = '{"currency":"BTC","amount":"0.5"}';
const secret = Buffer.from(SECRET);
const mac = (data: string | Uint8Array, by: string = SECRET) => createHmac("sha512", by).update(data).digest();
const signed = (data: string, by?: string) => mac(data, by).toString("hex");
const [digest, right, wrong] = [mac(BODY), signed(BODY), signed("of something else")];
const request = { method: "POST", target: "/api/v2/whoami", host: HOST, headers: ["Content-Type", "application/json"] };
const named = (signature: string, body = BODY) =>
  runNow(search({ secret, key: KEY, signature, body: Buffer.from(body), request })).found?.mistakes.join("+") ?? null;

describe("a part of the right signature is called cut, and more than it longer or preceded", () => {
  test.each<[string, string, string]>([
    ["signature_cut", "without its last character", right.slice(0, -1)],
    ["signature_cut", "without its first character", right.slice(1)],
    ["signature_cut", "63 characters", right.slice(0, 63)],
    ["signature_cut", "65 characters", right.slice(0, 65)],
    ["signature_longer", "a digit behind it", `${right}0`],
    ["signature_longer", "letters behind it", `${right}zz`],
    ["signature_prefixed", "a digit before it", `b${right}`],
    ["signature_prefixed", "the algorithm before it", `sha512${right}`],
  ])("%s: %s", (mistake, _, signature) => expect(named(signature)).toBe(mistake));
});

describe("a signature of a wrong length that is no part of the right one is told with its length", () => {
  test.each([1, 20, 31, 32, 63, 64, 65, 127])("%i characters", (length) =>
    expect(named(wrong.slice(0, length))).toBe(`signature_length:${length}`),
  );
  test.each([
    ["129 digits", `${wrong}0`, 129],
    ["130 characters, the last of which are no digits", `${wrong}zz`, 130],
    ["a character missing in the middle", right.slice(0, 40) + right.slice(41), 127],
    ["more digits than are read", "ab".repeat(600), 1_200],
  ])("%s", (_, signature, length) => expect(named(signature)).toBe(`signature_length:${length}`));

  test("in a sentence that says both lengths", () => {
    expect(wordsOf("signature_length:127")[0]).toBe("The signature has 127 characters instead of 128.");
    expect(wordsOf("signature_length:1")[0]).toBe("The signature has 1 character instead of 128.");
  });

  test("128 characters are never called a wrong length", () => {
    for (const signature of [wrong, wrong.toUpperCase(), `${right.slice(1)}O`])
      expect(named(signature) ?? "").not.toMatch(/^signature_length/);
  });
});

describe("a request without a body", () => {
  const sent = (signature: string, body = "") =>
    runNow(
      explain(
        {
          ...{ method: "GET", target: "/api/v2/whoami", body: Buffer.from(body) },
          headers: ["X-Processing-Key", KEY, "X-Processing-Signature", signature, "Content-Type", "application/json"],
        },
        { key: KEY, secret },
      ),
    ).found?.mistakes.join("+");

  test("is told so, if nothing explains its signature", () => {
    expect(sent(right)).toBe("body_missing");
    expect(sent(signed("{}"))).toBe("signed_empty_object");
    expect(sent(signed(""))).toBe("body_empty");
    expect(plainMistakes({ signature: right, body: new Uint8Array() })).toEqual(["body_missing"]);
    expect(plainMistakes({ signature: right.slice(2), body: new Uint8Array() })).toEqual(["signature_length:126"]);
  });

  test("and no request with a body, be it a space", () => {
    for (const body of [" ", BODY]) expect(sent(wrong, body)).toBeUndefined();
  });
});

describe("the signature as other programs write it", () => {
  const words = Array.from({ length: 16 }, (_, at) => digest.readInt32BE(at * 4));
  test.each<[string, string, string]>([
    ["signature_base64", "Base64 in Base64", btoa(digest.toString("base64"))],
    ["signature_base64", "Base64url in Base64", btoa(digest.toString("base64url"))],
    ["signature_base64", "a form's space for a plus sign", digest.toString("base64").replaceAll("+", " ")],
    ["signature_object", "JSON of a WordArray of CryptoJS", JSON.stringify({ words, sigBytes: 64 })],
    ["signature_numbers", "JSON of a Uint8Array", JSON.stringify(Object.fromEntries(digest.entries()))],
  ])("%s: %s", (mistake, _, signature) => expect(named(signature)).toBe(mistake));
});

describe("the checker, which has no limit, finds", () => {
  const target = "/api/v2/whoami";
  test.each<[string, string]>([
    ["signed_nothing+newline_signed", signed("\n")],
    ["signed_key_and_body", signed(`${KEY}\n${BODY}`)],
    ["signed_key_and_body", signed(`${KEY}|${BODY}`)],
    ["signed_target_and_body", signed(`POST${BODY}`)],
    ["signed_target_and_body", signed(`POST ${target} ${BODY}`)],
    ["signed_target_and_body", signed(`${target}:${BODY}`)],
    ["signed_target_and_body", signed(`https://${HOST}${target}\n${BODY}`)],
    ["signed_time_and_body", signed(`application/json\n${BODY}`)],
    ["secret_encoded", signed(BODY, Buffer.from(SECRET).toString("base64url"))],
    ["json_indented", signed(JSON.stringify(JSON.parse(BODY), null, 1))],
    ["json_indented", signed(JSON.stringify(JSON.parse(BODY), null, 3))],
  ])("%s (%s)", (mistakes, signature) => expect(named(signature)).toBe(mistakes));

  test("a plain hash of the secret key and the body with a character between them", () => {
    for (const text of [`${SECRET}:${BODY}`, `${BODY}.${SECRET}`, `${BODY}|${SECRET}`, KEY + SECRET + BODY])
      expect(named(createHash("sha512").update(text).digest("hex"))).toBe("plain_hash");
  });
});
