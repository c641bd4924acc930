import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_DIGESTS, runNow } from "@/lib/platform/signing/mistakes/node-search";
import { search } from "@/lib/platform/signing/mistakes/search";
import { HOST, KEY, SECRET } from "../../kit/gateway/mistakes";

const DATA = {
  ...{ currency: "EUR", amount: "10.50", note: "Größe & <b>" },
  ...{ items: [{ id: 1, n: 0.1 }, { id: 2, n: 100 }], foreign_id: "A/1" }, // biome-ignore format: one line a member
};
const BODY = JSON.stringify(DATA);
const SORTED = JSON.stringify(
  Object.fromEntries(Object.entries(DATA).sort(([one], [other]) => (one < other ? -1 : 1))),
);
const TARGET = "/api/v2/whoami";
const ascii = (text: string) =>
  text.replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
const spaced = (text: string) => text.replace(/,(?=["{])/g, ", ").replace(/":(?=["[{\d])/g, '": ');
const digestOf = (data: string | Uint8Array, by: string | Buffer = SECRET, algorithm = "sha512") =>
  createHmac(algorithm, by).update(data).digest();
const signed = (data: string | Uint8Array, by?: string | Buffer) => digestOf(data, by).toString("hex");
const hashed = (algorithm: string, data: string) => createHash(algorithm).update(data).digest("hex");
const right = signed(BODY);
const look = (signature: string, body: string, headers: string[] = [], method = "POST", target = TARGET) =>
  runNow(
    search({
      ...{ secret: Buffer.from(SECRET), key: KEY, signature, body: Buffer.from(body) },
      request: { method, target, host: HOST, headers },
    }),
  );

describe("the signature in a library's format", () => {
  test.each<[string, string]>([
    ["signature_bracketed", `<${right}>`],
    ["signature_bracketed", `{{${right}}}`],
    ["signature_bracketed", `[${right}]`],
    [
      "signature_prefixed+signature_base64",
      `Signature keyId="${KEY}",signature="${digestOf(BODY).toString("base64")}"`,
    ],
    ["signature_prefixed", `HMAC ${KEY}:${right}`],
    ["signature_base64", digestOf(BODY).toString("base64").replace(/.{76}/, "$& ")],
    ["signature_base64", encodeURIComponent(digestOf(BODY).toString("base64"))],
    ["signature_numbers", JSON.stringify([...digestOf(BODY)])],
    ["signature_numbers", `[${Int8Array.from(digestOf(BODY)).join(", ")}]`],
    ["signature_numbers", JSON.stringify(digestOf(BODY))],
    ["signature_bytes_text", `b'${right.replace(/../g, "\\x$&")}'`],
    ["signature_object", "[B@1b6d3586"],
    ["signature_object", "System.Byte[]"],
    ["signature_object", "<hmac.HMAC object at 0x7f3c2a1b>"],
    ["signature_cut", right.slice(0, 32)],
    ["signature_cut", right.slice(0, 64)],
    ["signature_cut", right.slice(0, 96)],
    ["signature_cut", right.slice(-64)],
    ["signature_placeholder", "<YOUR_SIGNATURE>"],
    ["key_as_signature", `Bearer ${KEY}`],
    ["hmac_sha512_256", digestOf(BODY, SECRET, "sha512-256").toString("hex")],
    ["hmac_sha3", digestOf(BODY, SECRET, "sha3-256").toString("hex")],
    ["plain_hash", hashed("md5", Buffer.from(BODY).toString("base64") + SECRET)],
    ["signed_signature", signed(right)],
    ["signed_signature", signed(digestOf(BODY))],
  ])("%s: %s", (mistakes, signature) => expectNamed(look(signature, BODY), mistakes));
});

describe("the secret misread", () => {
  test.each<[string, string]>([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what was never replaced
    ["secret_unexpanded", "${COUNTERSIGN_SECRET}"],
    ...["$COUNTERSIGN_SECRET", "%COUNTERSIGN_SECRET%", "process.env.COUNTERSIGN_SECRET", "{{COUNTERSIGN_SECRET}}"].map(
      (text): [string, string] => ["secret_unexpanded", text],
    ),
    ["secret_unexpanded", 'os.environ["COUNTERSIGN_SECRET"]'],
    ["secret_placeholder", "<YOUR_SECRET>"],
    ["secret_placeholder", "your-secret-key"],
    ["secret_printed", `b'${SECRET}'`],
    ["secret_printed", `Optional("${SECRET}")`],
    ["secret_cut", SECRET.slice(0, 32)],
    ["secret_hashed", hashed("sha256", SECRET)],
  ])("%s: %s", (mistakes, secret) => expectNamed(look(signed(BODY, secret), BODY), mistakes));
});

describe("what was signed", () => {
  test.each<[string, string, string?]>([
    ["signed_target_and_body", `${TARGET}\n${BODY}`],
    ["signed_target_and_body", `${HOST}${TARGET}${BODY}`],
    ["signed_target_and_body+signed_hash", `POST\n${TARGET}\n${hashed("sha512", BODY)}`],
    ["signed_target_and_body+signed_hash", `POST\n${TARGET}\n${hashed("sha256", BODY)}`],
    ["signed_target", HOST + TARGET],
    ["signed_secret_and_body", BODY + SECRET],
    ["signed_name", "@body.json"],
    ["signed_name", "$BODY"],
    ["signed_dotnet_text", "System.Collections.Generic.Dictionary`2[System.String,System.Object]"],
    ["signed_form", "amount=10.5&b=a%2Fb", '{"b":"a/b","amount":10.5}'],
    ["signed_form", "amount=10.5&items%5B0%5D=1&items%5B1%5D=2", '{"amount":10.5,"items":[1,2]}'],
    ["signed_ruby_text", BODY.replaceAll('":', '"=>').replace(/,(?=["{])/g, ", ")],
    ["signed_ruby_text", BODY.replaceAll('":', '" => ').replace(/,(?=["{])/g, ", ")],
    ["signed_java_text", spaced(BODY).replaceAll('": ', "=").replaceAll('"', "")],
    [
      "signed_go_text",
      "map[amount:10.50 currency:EUR foreign_id:A/1 items:[map[id:1 n:0.1] map[id:2 n:100]] note:Größe & <b>]",
    ],
    ["signed_go_text", "{EUR 10.50 Größe & <b> [{1 0.1} {2 100}] A/1}"],
    ["signed_dotnet_text", "{ amount = 1, currency = EUR }", '{"amount":1,"currency":"EUR"}'],
    ["signed_dotnet_text", "@{amount=1; currency=EUR}", '{"amount":1,"currency":"EUR"}'],
    ["signed_python_bytes", `b'{"a":"caf\\xc3\\xa9"}'`, '{"a":"café"}'],
    ["signed_bytes", JSON.stringify(Buffer.from('{"a":1}')), '{"a":1}'],
    ["body_quoted", `'${BODY}'`],
    ["body_quoted_sent", BODY, `'${BODY}'`],
    ["body_escaped", BODY.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")],
  ])("%s: %s", (mistakes, data, body = BODY) => expectNamed(look(signed(data), body), mistakes));
});

describe("the same JSON serialized differently", () => {
  test.each<[string, string, string?]>([
    ["json_order", SORTED],
    ["json_order+json_escapes", ascii(SORTED)],
    ["json_order+json_python", ascii(spaced(SORTED))],
    ["json_order+json_php", ascii(SORTED).replaceAll("/", "\\/")],
    ["json_order+json_go", SORTED.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")],
    ["json_numbers", BODY.replace('"n":100', '"n":100.0').replace('"n":0.1', '"n":0.1')],
    ["json_numbers", '{"amount":1000.0}', '{"amount":1e3}'],
    ["json_numbers", '{"a":0}', '{"a":-0}'],
    ["json_numbers", '{"a":12345678901234567000}', '{"a":12345678901234567890}'],
    ["json_numbers", '{"a":1.2345678901234567e+19}', '{"a":12345678901234567890}'],
    ["json_numbers", '{"a":1e-05}', '{"a":0.00001}'],
    ["json_numbers", '{"a":1.0E-5}', '{"a":0.00001}'],
    ["json_numbers", '{"a":0.0000001}', '{"a":1e-7}'],
    ["json_numbers", '{"amount":10.5,"b":"x"}', '{"amount":"10.50","b":"x"}'],
    ["json_numbers", '{"id":5,"amount":10.50}', '{"id":5,"amount":10.5}'],
    ["json_repeated", '{"a":2}', '{"a":1,"a":2}'],
    ["json_order", '{"2":1,"10":2,"a":3,"b":4,"c":5}', '{"a":3,"10":2,"2":1,"b":4,"c":5}'],
    ["json_names", '{"Amount":1,"ForeignId":"x"}', '{"amount":1,"foreign_id":"x"}'],
    ["json_database", '{"id": 1, "tag": 2, "amount": 3}', '{"amount":3,"id":1,"tag":2}'],
    ["json_nulls", '{"a":1,"b":2}', '{"a":1,"b":2,"tag":""}'],
    ["json_php", '{"a":"\\ud83d\\ude00"}', '{"a":"😀"}'],
    ["json_indented+newline_signed", `${JSON.stringify(DATA, null, 2)}\n`],
    ["json_wrapped", `{"data":${BODY}}`],
  ])("%s: %s", (mistakes, data, body = BODY) => expectNamed(look(signed(data), body), mistakes));
});

describe("two mistakes at once, headers and requests without a body", () => {
  const small = '{"amount":"1","currency":"EUR"}';
  const indented = JSON.stringify(JSON.parse(small), null, 2);

  test.each<[string, ReturnType<typeof look>]>([
    ["secret_cut+json_indented", look(signed(indented, SECRET.slice(0, -1)), small)],
    ["secret_newline+json_python", look(signed(spaced(small), `${SECRET}\n`), small)],
    ["hmac_sha256+signature_base64", look(digestOf(small, SECRET, "sha256").toString("base64"), small)],
    ["signed_time_and_body+signature_prefixed", look(`t=1764460000,v1=${signed(`1764460000.${small}`)}`, small)],
    ["signed_time_and_body", look(signed(`1764460000|${small}`), small, ["X-Timestamp", "1764460000"])],
    ["signed_nothing", look(signed(""), "{}", [], "GET")],
    ["signed_target", look(signed("?id=5"), "", [], "DELETE", `${TARGET}?id=5`)],
    ["signed_json_of_form", look(signed('{"id": "5"}'), "", [], "GET", `${TARGET}?id=5`)],
  ])("%s", (mistakes, looked) => expectNamed(looked, mistakes));
});

test("no mistake is reported for a right signature, a random one or one of another secret", () => {
  const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 });
  const holds = (body: string, random: Uint8Array) => {
    expect(look(signed(body), body).found).toEqual({ mistakes: [] });
    expect(look(Buffer.from(random).toString("hex"), body).found).toBeNull();
    expect(look(signed(body, Buffer.from(random)), body).found).toBeNull();
  };
  fc.assert(fc.property(fc.json(), bytes, holds), { numRuns: 100 });
});

function expectNamed({ found, digests }: ReturnType<typeof look>, mistakes: string): void {
  expect(found?.mistakes.join("+")).toBe(mistakes);
  expect(digests).toBeLessThanOrEqual(MAX_DIGESTS);
}
