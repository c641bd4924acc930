import { textOf, utf16 } from "./bytes";
import { type Headers, pairsOf, valuesOf } from "./headers";
import type { Mistake } from "./words/words";

const SIGNATURE = "x-processing-signature";
/** A digest in hex or Base64, with or without the name of an algorithm or a version. */
const DIGEST = /^([\w-]{1,16}[=: ,]\s*)?([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}|[A-Za-z0-9+/_-]{86}={0,2})$/i;
/** Headers whose digest is of something else (RFC 9530, RFC 9110). */
const OTHER_DIGEST = /digest$|^(x-amz-content-sha256|etag|if-(none-)?match|cookie)$/;

/**
 * The mistake in the signature header as a header; null if there is exactly one and it has a
 * value.
 */
export function signatureHeaderMistake(headers: Headers): Mistake | null {
  const own = valuesOf(headers, SIGNATURE);
  if (own.length > 1) return "signature_twice";
  if (own.length === 1) return own[0]?.trim() === "" ? "signature_empty" : null;
  const pairs = pairsOf(headers);
  if (pairs.some(([name]) => name === SIGNATURE.replaceAll("-", "_"))) return "key_underscored";
  return pairs.some(([name, value]) => DIGEST.test(value.trim()) && !OTHER_DIGEST.test(name))
    ? "signature_in_other_header"
    : "signature_missing";
}

export function contentTypeMistake(headers: Headers): Mistake | null {
  const types = valuesOf(headers, "content-type");
  const [type = ""] = types;
  if (types.length > 1) return "content_type_twice";
  if (type.trim() === "") return "content_type_missing";
  if (/^application\/json[ \t]*(;|$)/i.test(type)) return null;
  if (/form/i.test(type)) return "content_type_form";
  return /^text\//i.test(type) ? "content_type_text" : "content_type_other";
}

/** Why a body is not JSON, as far as that is obvious; null if it is JSON. */
export function bodyMistake(body: Uint8Array): Mistake | null {
  const text = textOf(body);
  if (body.length === 0) return "body_empty";
  if (isUtf16(body)) return "body_utf16";
  if (text === null) return "body_not_json";
  if (isJson(text)) return null;
  if (text.trim() === "") return "body_empty";
  if (text.startsWith("\uFEFF") && isJson(text.slice(1))) return "body_byte_order_mark";
  if (/,\s*[}\]]/.test(text) && isJson(text.replace(/,(\s*[}\]])/g, "$1"))) return "body_trailing_comma";
  if (/^\s*[{[]\s*'/.test(text)) return "body_single_quotes";
  return /^[\w.%[\]-]+=[^=]*(&[\w.%[\]-]+=[^=]*)*$/.test(text) ? "body_form" : "body_not_json";
}

const isUtf16 = (body: Uint8Array): boolean =>
  [true, false].some(
    (littleEndian) => body.length > 1 && utf16("{", littleEndian).every((byte, at) => body[at] === byte),
  ) ||
  (body[0] === 0xff && body[1] === 0xfe) ||
  (body[0] === 0xfe && body[1] === 0xff);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The mistake in a path. A query is not a mistake. */
export function pathMistake(target: string): Mistake | null {
  const path = target.split("?")[0] as string;
  if (path.includes("//")) return "path_double_slash";
  if (/^\/api\/v2(?=\/).*\/api\/v2(\/|$)/.test(path)) return "path_base_twice";
  if (!`${path}/`.startsWith("/api/v2/")) return "path_without_base";
  return path.length > "/api/v2/".length && path.endsWith("/") ? "path_trailing_slash" : null;
}
