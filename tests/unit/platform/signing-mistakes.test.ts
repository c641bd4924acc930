import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explain } from "@/lib/platform/signing/mistakes/explain";
import { MAX_DIGESTS, runNow } from "@/lib/platform/signing/mistakes/node-search";
import { search, signedByOther } from "@/lib/platform/signing/mistakes/search";
import { HOST, KEY, MISTAKEN_REQUESTS, OTHER_SECRET, SECRET } from "../../kit/gateway/mistakes";

const secret = Buffer.from(SECRET);
const explained = ({
  method,
  path,
  headers,
  body,
}: Pick<(typeof MISTAKEN_REQUESTS)[number], "method" | "path" | "headers" | "body">) =>
  runNow(explain({ method, target: path, headers: ["Host", HOST, ...headers], body }, { key: KEY, secret }));

describe("a request as an integrator really sent it gets its mistake", () => {
  test("all of them are present", () => expect(MISTAKEN_REQUESTS).toHaveLength(116));

  test.each(MISTAKEN_REQUESTS.filter(({ mistakes }) => mistakes[0] !== "other_merchant_secret"))("$name", (request) => {
    const { found, digests } = explained(request);
    expect(found?.mistakes).toEqual(request.mistakes);
    expect(digests).toBeLessThanOrEqual(MAX_DIGESTS);
  });

  test("the secret of another merchant of the same Owner explains what nothing else does", () => {
    const request = MISTAKEN_REQUESTS.find(
      ({ mistakes }) => mistakes[0] === "other_merchant_secret",
    ) as (typeof MISTAKEN_REQUESTS)[number];
    expect(explained(request).found).toBeNull();
    const evidence = { signature: request.headers.at(-1) as string, body: request.body };
    expect(runNow(signedByOther(evidence, Buffer.from(OTHER_SECRET))).found).toBe(true);
    expect(runNow(signedByOther(evidence, secret)).found).toBe(false);
  });
});

const BODY = '{"amount":"1.50","note":"café","url":"https://a.example/?a=1&b=2"}';
const hmac = (data: string | Uint8Array, by: string | Buffer = SECRET, algorithm = "sha512") =>
  createHmac(algorithm, by).update(data);
const signed = (data: string | Uint8Array, by: string | Buffer = SECRET) => hmac(data, by).digest("hex");
const right = signed(BODY);
const look = (signature: string, body: string | Uint8Array = BODY, headers: string[] = []) =>
  runNow(
    search({
      ...{ secret, key: KEY, signature, body: Buffer.from(body as string) },
      request: { method: "POST", target: "/api/v2/withdrawal/crypto?x=1", host: "gateway.example", headers },
    }),
  );
const mistakesOf = (...[signature, body, headers]: Parameters<typeof look>) =>
  look(signature, body, headers).found?.mistakes.join("+");

describe("mistakes that are not in the file are found too", () => {
  test.each<[string, string, string?]>([
    ["signature_prefixed", `SHA512 ${right}`],
    ["signature_prefixed", `hmac-sha512=${right.toUpperCase()}`],
    ["signature_base64", `sha512=${hmac(BODY).digest("base64")}`],
    ["signature_base64_of_hex", Buffer.from(right).toString("base64")],
    ["signature_hex_twice", Buffer.from(right).toString("hex")],
    ["signature_quoted", `'${right}'`],
    ["signature_labelled", `HMAC-SHA512(body.json)= ${right}`],
    ["signature_separated", right.replace(/.{2}(?=.)/g, "$& ")],
    ["signature_separated", `<Buffer ${right.slice(0, 100).replace(/.{2}/g, "$& ")}... 14 more bytes>`],
    ["signature_cut", right.slice(0, 64)],
    ["signature_cut", right.slice(0, 100)],
    ["signature_longer", `${right}0a`],
    ["signature_no_value", "undefined"],
    ["signature_no_value", "[object Promise]"],
    ["signature_placeholder", "{{signature}}"],
    ["signature_unreadable", "not a signature at all"],
    ["signature_length:64", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ["secret_sent", `Bearer ${SECRET}`],
    ["hmac_sha256+signature_base64", hmac(BODY, SECRET, "sha256").digest("base64")],
    ["hmac_sha384", hmac(BODY, SECRET, "sha384").digest("hex")],
    ["hmac_md5", hmac(BODY, SECRET, "md5").digest("hex")],
    [
      "json_python+hmac_sha256",
      hmac('{"amount": "1.50", "note": "caf\\u00e9", "url": "https://a.example/?a=1&b=2"}', SECRET, "sha256").digest(
        "hex",
      ),
    ],
    ["newline_signed+signature_base64", hmac(`${BODY}\n`).digest("base64")],
    ["plain_hash", createHash("sha512").update(BODY).update(SECRET).digest("hex")],
    ["secret_newline", signed(BODY, `${SECRET}\r\n`)],
    ["secret_base64_decoded", signed(BODY, Buffer.from(SECRET, "base64"))],
    ["secret_utf16", signed(BODY, Buffer.from(SECRET, "utf16le"))],
    ["secret_encoded", signed(BODY, secret.toString("hex"))],
    ["secret_case", signed(BODY, SECRET.toUpperCase())],
    ["secret_hashed", signed(BODY, createHash("sha256").update(SECRET).digest("hex"))],
    ["secret_no_value", signed(BODY, "undefined")],
    ["secret_placeholder", signed(BODY, "YOUR_SECRET")],
    ["secret_sample", signed(BODY, "AbCdEfG123456")],
    ["secret_doubled", signed(BODY, SECRET + SECRET)],
    ["secret_with_key", signed(BODY, `${KEY}:${SECRET}`)],
    ["secret_newline+newline_signed", signed(`${BODY}\n`, `${SECRET}\n`)],
    ["signed_secret_and_body", signed(SECRET + BODY)],
    ["signed_no_value", signed("null")],
    ["signed_key", signed(KEY)],
    ["signed_target", signed("https://gateway.example/api/v2/withdrawal/crypto")],
    ["signed_target", signed("/withdrawal/crypto")],
    ["signed_target", signed("x=1", SECRET), ""],
    ["signed_target_and_body", signed(`POST\n/api/v2/withdrawal/crypto?x=1\n${BODY}`)],
    ["signed_target_and_body", signed(`https://gateway.example/api/v2/withdrawal/crypto?x=1${BODY}`)],
    ["signed_hash", signed(createHash("sha256").update(BODY).digest("hex"))],
    ["signed_values", signed("1.50caféhttps://a.example/?a=1&b=2")],
    ["signed_go_text", signed("map[amount:1.50 note:café url:https://a.example/?a=1&b=2]")],
    ["newline_sent", signed(BODY), `${BODY}\r\n`],
    ["blank_sent", signed(BODY), `${BODY} `],
    ["byte_order_mark_signed", signed(`\uFEFF${BODY}`)],
    ["line_ends", signed('{\r\n"a":1}'), '{\n"a":1}'],
    ["utf16_signed", signed(Buffer.from(BODY, "utf16le"))],
    ["double_utf8_signed", signed(Buffer.from(BODY).toString("latin1"))],
    ["unicode_form", signed(BODY.normalize("NFD"))],
    ["characters_lost_signed", signed(BODY.replace("é", "?"))],
    ["body_escaped", signed(encodeURIComponent(BODY))],
    ["json_php", signed(BODY.replace("é", "\\u00e9").replaceAll("/", "\\/"))],
    ["json_dotnet", signed(BODY.replace("é", "\\u00E9").replace("&", "\\u0026"))],
    ["json_gson", signed(BODY.replaceAll("=", "\\u003d").replace("&", "\\u0026"))],
    ["json_compact", signed(BODY), BODY.replaceAll('":"', '" : "')],
    ["json_numbers", signed('{"a":1.0}'), '{"a":1}'],
    ["json_numbers", signed('{"a":1}'), '{"a":"1"}'],
    ["json_nulls", signed('{"a":1}'), '{"a":1,"b":null}'],
    ["json_empty", signed('{"a":{}}'), '{"a":[]}'],
    ["json_wrapped", signed('{"a":{"b":1}}'), '[{"a":{"b":1}}]'],
    ["json_order", signed('{"b":1,"a":2,"c":3}'), '{"c":3,"b":1,"a":2}'],
    ["json_order", signed('{"a": {"b": 2, "c": 1}}'), '{"a":{"c":1,"b":2}}'],
  ])("%s (%s, %s)", (mistakes, signature, body) => expect(mistakesOf(signature, body)).toBe(mistakes));

  test("a timestamp of a header signed with the body", () =>
    expect(mistakesOf(signed(`1795908224:${BODY}`), BODY, ["X-Request-Time", "1795908224"])).toBe(
      "signed_time_and_body",
    ));
});

test("upper case is no mistake: it is accepted", () =>
  expect(look(right.toUpperCase()).found).toEqual({ mistakes: [] }));

test("the bytes that were signed are returned where they differ", () => {
  expect(Buffer.from(look(signed(`${BODY}\n`)).found?.signed ?? []).toString()).toBe(`${BODY}\n`);
  expect(look(hmac(BODY).digest("base64")).found).not.toHaveProperty("signed");
});

describe("no mistake is reported", () => {
  test.each([
    ["a signature by nobody", signed(BODY, "other")],
    ["a signature of another body", signed('{"currency":"ETH"}')],
    ["the signature of half the body", signed(BODY.slice(0, 30))],
  ])("%s", (_, signature) => expect(look(signature).found).toBeNull());

  test("for a signature that begins like the right one and then differs", () =>
    expect(mistakesOf(`${right.slice(0, 60)}00`)).toBe("signature_length:62"));

  test("for any bytes and any signature of the right form", () => {
    const unexplained = (body: Uint8Array, digest: Uint8Array) =>
      look(Buffer.from(digest).toString("hex"), body).found === null;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 64, maxLength: 64 }), unexplained),
      {
        numRuns: 50,
      },
    );
  });

  test("for any JSON signed with another secret", () => {
    const unexplained = (json: string) => look(signed(json, "another secret"), json).found === null;
    fc.assert(fc.property(fc.json(), unexplained), { numRuns: 50 });
  });

  test("for any text as the signature, and nothing is thrown", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.string(),
        (text, body) => look(text, body).digests < 1_000,
      ),
    );
  });
});
