import type { Signed } from "./body-forms";
import { base64, hex, joined, latin1Text, utf8 } from "./bytes";
import { valuesOf } from "./headers";
import type { Searching } from "./task";
import type { Mistake } from "./words/words";

/** The other signable parts of a request, as far as they are known. */
export type Request = {
  method?: string;
  target?: string;
  host?: string | undefined;
  headers?: readonly string[];
  signature?: string;
};

/**
 * Data signed instead of the body. It is short, so it is tried before anything that includes the
 * body.
 */
export function* insteadOfBody(key: string, { method = "POST", target, host }: Request): Generator<Signed> {
  const texts: [Mistake, string][] = [
    ["signed_nothing", ""],
    ["signed_empty_object", "{}"],
    ["signed_empty_array", "[]"],
    ["signed_no_value", "null"],
    ["signed_no_value", "undefined"],
    ["signed_object_text", "[object Object]"],
    ["signed_object_text", "Array"],
    ["signed_key", key],
    ["signed_name", "@body.json"],
    ["signed_name", "body.json"],
    ["signed_name", "$BODY"],
    ["signed_dotnet_text", dictionary("Object")],
  ];
  for (const [mistake, text] of texts) yield [mistake, utf8(text)];
  for (const target of targetsOf(host)) yield ["signed_target", utf8(target)];
  for (const path of pathsOf(target)) yield ["signed_target", utf8(`${method} ${path}`)];

  function targetsOf(host: string | undefined): Set<string> {
    const paths = pathsOf(target);
    const urls = host ? paths.flatMap((path) => [`https://${host}${path}`, `http://${host}${path}`]) : [];
    const query = target?.split("?")[1];
    return new Set([
      ...urls,
      ...paths,
      ...paths.map((path) => path.replace(/^\/api\/v2/, "")),
      ...(query ? [query, `?${query}`] : []),
      ...(host ? paths.map((path) => host + path) : []),
    ]);
  }
}

/** Texts signed instead of the body: names of files and variables, and what objects print. */
export function* insteadOfText(): Generator<Signed> {
  for (const [mistake, texts] of TEXTS) for (const text of texts) yield [mistake, utf8(text)];
  // What echo writes for a variable that is not set.
  yield [["signed_nothing", "newline_signed"], utf8("\n")];
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are what was never replaced
const TEXTS: readonly (readonly [Mistake, readonly string[]])[] = [
  ["signed_name", ["$body", "${BODY}", "@data.json", "data.json", "@payload.json"]],
  [
    "signed_name",
    ["payload.json", "$payload", "$data", "%BODY%", "{{body}}", "{{request.data}}", "body", "request.json"],
  ],
  ["signed_dotnet_text", [dictionary("String"), "System.Byte[]", "System.Collections.Hashtable"]],
  ["signed_dotnet_text", ["System.Net.Http.StringContent", "System.Net.Http.Json.JsonContent", "System.Object"]],
  ["signed_object_text", ["[object Promise]", "[object FormData]", "[object Undefined]", "[object ArrayBuffer]"]],
  ["signed_no_value", ['""', "None", "false", "nil", "NaN", "0"]],
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are what was never replaced

function dictionary(value: string): string {
  return `System.Collections.Generic.Dictionary\`2[System.String,System.${value}]`;
}

/** The target with its query and without. */
const pathsOf = (target: string | undefined): string[] =>
  target ? [...new Set([target, target.split("?")[0] as string])] : [];

/** Headers with a timestamp, nonce or id, which other APIs sign together with the body. */
const SIGNED_HEADER = /time|date|nonce|request-?id|idempotency|epoch/i;
const MAX_EXTRAS = 3;

/** Data signed together with the body. */
export function* withBody(
  body: Uint8Array,
  key: string,
  { method = "POST", target, host, headers = [], signature = "" }: Request,
): Generator<Signed> {
  const before = (mistake: Mistake, text: string): Signed => [mistake, joined(utf8(text), body)];
  const after = (mistake: Mistake, text: string): Signed => [mistake, joined(body, utf8(text))];
  const extras: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2)
    if (SIGNED_HEADER.test(headers[at] as string)) extras.push((headers[at + 1] as string).slice(0, 128));
  // Stripe's form: t=1764460000,v1=…
  const inSignature = /\bt(?:s|ime|imestamp)?=["']?(\d{10,13})\b/.exec(signature)?.[1];
  if (inSignature) extras.push(inSignature);
  const [path = ""] = pathsOf(target);
  if (path) {
    yield before("signed_target_and_body", path);
    yield before("signed_target_and_body", method + path);
  }
  for (const extra of extras.slice(0, MAX_EXTRAS)) {
    for (const between of ["", ".", ":", "\n"]) yield before("signed_time_and_body", extra + between);
    yield after("signed_time_and_body", extra);
    yield before("signed_time_and_body", `${extra}|`);
    yield before("signed_time_and_body", extra + method + path);
    yield before("signed_time_and_body", key + extra);
    yield before("signed_time_and_body", extra + key);
  }
  for (const between of ["", ":", "."]) yield before("signed_key_and_body", key + between);
  yield after("signed_key_and_body", key);
  if (!path) return;
  yield before("signed_target_and_body", `${method}\n${path}\n`);
  yield before("signed_target_and_body", `${path}\n`);
  yield before("signed_target_and_body", `${method} ${path}\n`);
  yield after("signed_target_and_body", path);
  if (host)
    for (const scheme of ["https://", "http://", ""]) yield before("signed_target_and_body", scheme + host + path);
  const short = path.replace(/^\/api\/v2/, "");
  if (short !== path) {
    yield before("signed_target_and_body", short);
    yield before("signed_target_and_body", method + short);
  }
}

/** Other ways in which other APIs join a part of the request with the body. */
export function* rarelyWithBody(body: Uint8Array, key: string, request: Request): Generator<Signed> {
  const { method = "POST", target, host, headers = [] } = request;
  const before = (mistake: Mistake, text: string): Signed => [mistake, joined(utf8(text), body)];
  for (const between of ["\n", "|", ",", "&"]) yield before("signed_key_and_body", key + between);
  for (const between of ["", "\n", " ", ":"]) yield before("signed_target_and_body", method + between);
  const [path = ""] = pathsOf(target);
  const urls = host ? [`https://${host}${path}`, `http://${host}${path}`] : [];
  if (path)
    for (const text of [`${path}:`, `${path}.`, `${path}|`, `${method} ${path} `, `${method}:${path}:`])
      yield before("signed_target_and_body", text);
  for (const url of path ? urls : []) {
    yield before("signed_target_and_body", `${url}\n`);
    yield before("signed_target_and_body", `${method}${url}`);
  }
  for (const type of valuesOf(headers, "content-type"))
    for (const between of ["", "\n"]) yield before("signed_time_and_body", type + between);
}

/**
 * The body's hash, alone and after the method and the path, or the body in Base64, hex or numbers.
 */
export function* derivedFromBody(body: Uint8Array, { method = "POST", target = "" }: Request): Searching<Signed[]> {
  const made: Signed[] = [
    ["signed_base64", utf8(base64(body))],
    ["signed_base64", utf8(hex(body))],
  ];
  const [path = ""] = pathsOf(target);
  const withPath: Signed[] = [];
  for (const algorithm of ["sha512", "sha256", "md5"] as const) {
    const digest = yield { algorithm, key: null, data: body };
    made.push(["signed_hash", utf8(hex(digest))]);
    if (algorithm === "md5") continue;
    made.push(["signed_hash", digest], ["signed_hash", utf8(base64(digest))]);
    if (!path) continue;
    withPath.push([["signed_target_and_body", "signed_hash"], utf8(`${method}\n${path}\n${hex(digest)}`)]);
  }
  return [...made, ...withPath];
}

/** The most bytes that are written as numbers: they become four times as long. */
const MOST_NUMBERS = 4_096;

/** The bytes of the body as a language prints them. */
export function* printedBytes(body: Uint8Array): Generator<Signed> {
  if (body.length > MOST_NUMBERS) return;
  const bytes = latin1Text(body).replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  const ascii = bytes.replace(/[^\x20-\x7e]/g, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
  yield ["signed_python_bytes", utf8(`b'${ascii.replaceAll("'", "\\'")}'`)];
  yield ["signed_bytes", utf8(JSON.stringify({ type: "Buffer", data: [...body] }))];
  yield ["signed_bytes", utf8(body.join(","))];
  yield ["signed_bytes", utf8(`[${Int8Array.from(body).join(", ")}]`)];
  yield ["signed_bytes", utf8(`[${body.join(" ")}]`)];
}
