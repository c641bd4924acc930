import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { MAX_DIGESTS, runNow } from "@/lib/platform/signing/mistakes/node-search";
import { search } from "@/lib/platform/signing/mistakes/search";
import { HOST, KEY, SECRET } from "../../kit/gateway/mistakes";

/**
 * Mistakes of the programs and tools that send the requests: each is one that people really make.
 */

const DATA = { currency: "BTC", foreign_id: "123456", amount: 0.5, test: true };
const BODY = JSON.stringify(DATA);
const SMALL = '{"currency":"BTC","amount":"0.5"}';
const ACCENTED = JSON.stringify({ currency: "EUR", amount: "10.50", note: "Café" });
const PRICED = JSON.stringify({ currency: "EUR", note: "Café & Söhne / 5€", amount: "10.50" });

const mac = (data: string | Uint8Array, by: string | Uint8Array = SECRET) =>
  createHmac("sha512", by).update(data).digest();
const signed = (data: string | Uint8Array, by?: string | Uint8Array) => mac(data, by).toString("hex");
const digits = (one: number) => one.toString(16);

/** A body whose digest has these bytes. */
function bodyWith(wanted: (digest: Buffer) => boolean): string {
  for (let n = 0; ; n++) {
    const body = JSON.stringify({ ...DATA, n });
    if (wanted(mac(body))) return body;
  }
}

const startsSmall = bodyWith(([first = 255]) => first < 16);
const startsLarge = bodyWith(([first = 0]) => first > 127);
const withSmall = bodyWith((digest) => digest.subarray(1).some((byte) => byte < 16));

function named(signature: string, body: string | Uint8Array, target = "/api/v2/whoami") {
  const request = { method: "POST", target, host: HOST, headers: [] };
  const evidence = { secret: Buffer.from(SECRET), key: KEY, signature, body: Buffer.from(body), request };
  const { found, digests } = runNow(search(evidence));
  return { mistakes: found === null ? null : found.mistakes.join("+"), isBounded: digests <= MAX_DIGESTS };
}
const found = (mistakes: string | null) => ({ mistakes, isBounded: true });

describe("the signature", () => {
  test.each<[string, string, string, string | Uint8Array]>([
    ["signature_unpadded", "toString(16) of each byte", [...mac(withSmall)].map(digits).join(""), withSmall],
    ["signature_unpadded", "BigInteger of a small digest", signed(startsSmall).replace(/^0+/, ""), startsSmall],
    [
      "signature_unpadded",
      "BigInteger of a negative digest",
      `-${((1n << 512n) - BigInt(`0x${signed(startsLarge)}`)).toString(16)}`,
      startsLarge,
    ],
    [
      "signature_unpadded",
      "Integer.toHexString(b)",
      [...mac(BODY)].map((byte) => (byte > 127 ? "ffffff" : "") + digits(byte)).join(""),
      BODY,
    ],
    ["signature_sum", "mac.Sum(body) in hex", Buffer.concat([Buffer.from(BODY), mac("")]).toString("hex"), BODY],
    ["signature_sum", "mac.Sum(body) in Base64", Buffer.concat([Buffer.from(BODY), mac("")]).toString("base64"), BODY],
    ["signature_numbers", "String(new Uint8Array(digest))", String(new Uint8Array(mac(BODY))), BODY],
    ["signature_numbers", "signed bytes joined by commas", String(Int8Array.from(mac(BODY))), BODY],
    ["signature_object", "String(arrayBuffer)", "[object ArrayBuffer]", BODY],
    ["signature_no_value", "a promise", "[object Promise]", BODY],
    ["signature_base64", "sha512-Base64", `sha512-${mac(BODY).toString("base64")}`, BODY],
    ["signature_prefixed", "sha512-hex", `sha512-${signed(BODY)}`, BODY],
    ["signature_twice", "two headers that a proxy joined", `${signed(BODY)}, ${signed(BODY)}`, BODY],
    ["signature_hex_twice", "the hex of the Base64", Buffer.from(mac(BODY).toString("base64")).toString("hex"), BODY],
  ])("%s: %s", (mistakes, _, signature, body) => expect(named(signature, body)).toEqual(found(mistakes)));

  test("signature_jwt: a JSON Web Token, with Bearer and without", () => {
    const token = ['{"alg":"HS512","typ":"JWT"}', BODY, "signed"].map((part) =>
      Buffer.from(part).toString("base64url"),
    );
    for (const text of [token.join("."), `Bearer ${token.join(".")}`])
      expect(named(text, BODY)).toEqual(found("signature_jwt"));
  });

  test("secret_sent: the hex or the Base64 of the secret key", () => {
    for (const encoding of ["hex", "base64"] as const)
      expect(named(Buffer.from(SECRET).toString(encoding), BODY)).toEqual(found("secret_sent"));
  });

  test("signature_length, and not that something was added: 256 bytes in hex, of which none is the digest", () => {
    expect(named("5a".repeat(256), BODY).mistakes).toBe("signature_length:512");
  });
});

describe("the secret key", () => {
  const pairs = Array.from({ length: 32 }, (_, at) => Number.parseInt(SECRET.slice(at * 2, at * 2 + 2), 16) || 0);
  const letters = SECRET.replace(/[a-z]/gi, (letter) => digits((letter.charCodeAt(0) + 9) & 15));

  test("pack() reads letters as Ruby 3 and Perl 5 do", () => {
    expect([SECRET.slice(0, 15), letters.slice(0, 15)]).toEqual(["kP8sX2vLq9RtY4w", "498c12f5a9bd240"]);
  });

  test.each<[string, string, string | Uint8Array]>([
    ["secret_newline", "a \\r from a file of variables with Windows' line ends", `${SECRET}\r`],
    ["secret_newline", "\\n as two characters", `${SECRET}\\n`],
    ["secret_hex_decoded", "CryptoJS.enc.Hex.parse", Uint8Array.from(pairs)],
    ["secret_hex_decoded", 'pack("H*")', Buffer.from(letters, "hex")],
  ])("%s: %s", (mistakes, _, secret) => expect(named(signed(BODY, secret), BODY)).toEqual(found(mistakes)));
});

describe("a body that was changed on its way into the request", () => {
  const multipart = (name: string, value: string) =>
    `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--XX--\r\n`;
  const euro = (text: string) => Buffer.from(text.replaceAll("€", "\u0080"), "latin1");

  test.each<[string, string, string | Uint8Array, string | Uint8Array]>([
    ["latin1_sent", "Invoke-RestMethod of Windows PowerShell", Buffer.from(ACCENTED, "latin1"), ACCENTED],
    ["latin1_sent", "Windows-1252", euro(PRICED), PRICED],
    ["latin1_signed", "Windows-1252", PRICED, euro(PRICED)],
    ["latin1_signed", 'update(body, "binary")', PRICED, Buffer.from(PRICED, "latin1")],
    ["utf16_sent", "Encoding.Unicode", Buffer.from(BODY, "utf16le"), BODY],
    ["utf16_sent", "with a byte order mark", Buffer.from(`\uFEFF${BODY}`, "utf16le"), BODY],
    ["body_cut", "Content-Length: body.length", Buffer.from(ACCENTED).subarray(0, -1), ACCENTED],
    ["json_twice_sent", "json=text in Python", JSON.stringify(BODY), BODY],
    ["body_escaped_sent", "curl --data-urlencode", encodeURIComponent(BODY), BODY],
    ["json_in_form", "a field of a form", new URLSearchParams({ data: BODY }).toString(), BODY],
    ["json_in_form", "the name of a field", new URLSearchParams({ [BODY]: "" }).toString(), BODY],
    ["json_in_form", "a part of a multipart body", multipart("payload", BODY), BODY],
    ["signed_json_of_form", "multipart fields", multipart("currency", "BTC"), '{"currency":"BTC"}'],
  ])("%s: %s", (mistakes, _, sent, text) => expect(named(signed(text), sent)).toEqual(found(mistakes)));
});

describe("what was signed", () => {
  const raw = { mode: "raw", raw: BODY, options: { raw: { language: "json" } } };
  const at = (time: string) => `{"a":1,"at":"${time}"}`;
  const price = (text: string) => `{"price":"${text}","unit":"kg"}`;

  test.each<[string, string, string, string]>([
    ["signed_twice", "two calls of update()", BODY + BODY, BODY],
    ["signed_request_object", "JSON.stringify(pm.request.body)", JSON.stringify(raw), BODY],
    ["json_template", "a variable of Postman", BODY.replace('"123456"', '"{{foreign_id}}"'), BODY],
    ["json_booleans", "1 for true", BODY.replace("true", "1"), BODY],
    ["json_booleans", "a text", BODY.replace("true", '"true"'), BODY],
    ["json_booleans", "True", BODY.replace("true", "True"), BODY],
    ["json_dates", "without milliseconds", at("2026-11-30T10:00:00Z"), at("2026-11-30T10:00:00.000Z")],
    ["json_dates", "+00:00 for Z", at("2026-11-30T10:00:00+00:00"), at("2026-11-30T10:00:00Z")],
    ["json_numbers", "a shorter text", price("10.5"), price("10.50")],
    ["json_numbers", "two decimals", price("10.00"), price("10")],
    ["json_numbers", "a comma", price("10,50"), price("10.50")],
    ["json_numbers", "a point", price("10.50"), price("10,50")],
    ["json_indented", "Jackson's arrays", '{\n  "a" : "x",\n  "b" : [ 1, { } ]\n}', '{"a":"x","b":[1,{}]}'],
    ["json_powershell", "ConvertTo-Json -Compress", '{"a":"\\u0027é="}', `{"a":"'é="}`],
    ["json_order+json_php", "JSONSerialization with sorted keys", '{"a":"é\\/","b":1}', '{"b":1,"a":"é/"}'],
  ])("%s: %s", (mistakes, _, text, sent) => expect(named(signed(text), sent)).toEqual(found(mistakes)));

  test.each<[string, string]>([
    ["signed_php_text", 'a:2:{s:8:"currency";s:3:"BTC";s:6:"amount";s:3:"0.5";}'],
    ["signed_printed", "{currency: BTC, amount: 0.5}"],
    ["signed_printed", "{ currency: 'BTC', amount: '0.5' }"],
    ["signed_printed", '%{"amount" => "0.5", "currency" => "BTC"}'],
    ["signed_printed", "Map(currency -> BTC, amount -> 0.5)"],
    ["signed_printed", "[currency:BTC, amount:0.5]"],
    ["signed_values", "BTC"],
  ])("the checker, which has no limit, finds %s: %s", (mistakes, text) =>
    expect(named(signed(text), SMALL).mistakes).toBe(mistakes),
  );
});

test("the checker, which has no limit, finds a cut secret key and one that was encoded with its line break", () => {
  const encoded = Buffer.from(`${SECRET}\n`).toString("base64");
  expect(named(signed(BODY, encoded), BODY).mistakes).toBe("secret_encoded");
  expect(named(signed(BODY, SECRET.slice(0, 50)), BODY).mistakes).toBe("secret_cut");
});

test("no mistake is made up for bodies that are not JSON", () => {
  const hash = createHash("sha512").update("other").digest("hex");
  for (const body of ['{"a":"x', "--XX\r\n", "%7Bx", '"{}"', "data={", "\u0000\u0000", "[[[[[[[[[[", "a=%"])
    expect(named(hash, body).mistakes).toBeNull();
});
